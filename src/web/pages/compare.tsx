import { z } from 'zod';
import { runAddress, withQuery } from '../addresses.js';
import { compareSides } from '../compare/differences.js';
import { BadRequestError } from '../errors.js';
import { presentJob, presentRun, presentSh, runModel } from '../models.js';
import { definePage, type Page, type PageContext } from '../page.js';
import { RefName, RepoName } from '../parts/names.js';
import { State } from '../parts/state.js';
import { durationText } from '../parts/time.js';
import { commandsOf, findRun, jobsOf } from '../queries/find-run.js';
import { runAt } from '../time-travel/run-at.js';

const side = z.strictObject({
  run: runModel,
  /** The event after which it is shown; null for now. */
  at: z.int().nullable(),
});

const schema = z.strictObject({
  /** Null for a side that the address does not name yet. */
  left: side.nullable(),
  right: side.nullable(),
  rows: z.array(
    z.strictObject({
      jobId: z.string(),
      n: z.int().nullable(),
      left: z.string().nullable(),
      right: z.string().nullable(),
      leftMs: z.number().nullable(),
      rightMs: z.number().nullable(),
      differs: z.boolean(),
    }),
  ),
});

type Model = z.infer<typeof schema>;

/** Two runs, or one run at two moments, side by side. */
export const comparePage: Page = definePage<Model>({
  path: '/compare',
  summary: 'Two runs, or one run at two moments: jobs and commands that differ.',
  query: {
    left: 'A run id, and after an @ the number of an event: the run as it was then.',
    right: 'The other one, in the same form.',
  },
  schema,
  load(visit) {
    const left = sideOf(visit, 'left');
    const right = sideOf(visit, 'right');
    return {
      left: left === null ? null : { run: left.run, at: left.at },
      right: right === null ? null : { run: right.run, at: right.at },
      rows: left === null || right === null ? [] : compareSides(left, right),
    };
  },
  view({ left, right, rows }, { query }) {
    const differing = rows.filter(({ differs }) => differs).length;
    const isWhole = left !== null && right !== null;
    return {
      title: 'Comparison',
      section: 'runs',
      regions: [
        {
          id: 'compare',
          content: (
            <header class="page-header">
              <h1>{isWhole ? countText(differing) : 'Compare'}</h1>
              <p class="lead">Jobs and commands of two runs, side by side; times alone are no difference.</p>
              <Choice query={query} />
            </header>
          ),
        },
        {
          id: 'compare-rows',
          content: isWhole && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
            <section class="scroll" aria-label="Jobs and commands" tabIndex={0}>
              <table class="figures compared">
                <thead>
                  <tr>
                    <th scope="col">Job</th>
                    <th scope="col">
                      <SideName side={left} />
                    </th>
                    <th scope="col">Time</th>
                    <th scope="col">
                      <SideName side={right} />
                    </th>
                    <th scope="col">Time</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={`${row.jobId} ${row.n}`} class={row.differs ? 'differs' : undefined}>
                      <th scope="row">
                        <bdi>{row.jobId}</bdi>
                        {row.n !== null && <span class="quiet"> {`command\u00a0${row.n}`}</span>}
                      </th>
                      <td>{row.left ?? <span class="quiet">not there</span>}</td>
                      <td>{row.leftMs === null ? '' : durationText(row.leftMs)}</td>
                      <td>{row.right ?? <span class="quiet">not there</span>}</td>
                      <td>{row.rightMs === null ? '' : durationText(row.rightMs)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          ),
        },
      ],
    };
  },
});

const countText = (differing: number): string => {
  if (differing === 0) return 'No difference';
  return `${differing} ${differing === 1 ? 'difference' : 'differences'}`;
};

/** Which runs, by their ids; an id with an @ and the number of an event is the run as it was then. */
const Choice = ({ query }: { query: URLSearchParams }) => (
  <search>
    <form class="filters" method="get" action="/compare">
      {(['left', 'right'] as const).map((name) => (
        <label key={name} class="wide">
          <span>{name === 'left' ? 'Run' : 'with run'}</span>
          <input
            name={name}
            value={query.get(name) ?? ''}
            placeholder="its id, or id@event"
            autoComplete="off"
            spellcheck={false}
            data-key={name === 'left' ? '/' : undefined}
          />
        </label>
      ))}
      <button type="submit">Compare</button>
    </form>
  </search>
);

const SideName = ({ side: { run, at } }: { side: NonNullable<Model['left']> }) => (
  <>
    <State state={run.state} bare />{' '}
    <a href={at === null ? runAddress(run.id) : withQuery(runAddress(run.id), { at })}>
      <bdi>{run.subject || `run ${run.id}`}</bdi>
    </a>
    <br />
    <RepoName repo={run.repo} /> <RefName repo={run.repo} name={run.ref} />
    {run.attempt > 1 && `, attempt ${run.attempt}`}
    {at !== null && `, at event ${at}`}
  </>
);

const sideOf = ({ options, access, query }: PageContext, name: 'left' | 'right') => {
  const text = query.get(name)?.trim() ?? '';
  if (text === '') return null;
  const match = /^([0-9a-z]{1,64})(?:@(\d{1,15}))?$/.exec(text);
  if (match === null) {
    throw new BadRequestError(
      `expected ${name} to be a run id, or one with @ and the number of an event, found ${JSON.stringify(text)}`,
    );
  }
  const { read } = options.store;
  const live = findRun(read, access, match[1]!);
  const at = match[2] === undefined ? null : Number(match[2]);
  const past = at === null ? undefined : runAt(read, live.id, at);
  return {
    run: presentRun(past?.run ?? live),
    at,
    jobs: (past?.jobs ?? jobsOf(read, live.id)).map(presentJob),
    commands: (past?.commands ?? commandsOf(read, live.id)).map(presentSh),
  };
};
