import { z } from 'zod';
import { type RunState, runStates } from '../../../projections/index.js';
import { repoAddress, withQuery } from '../addresses.js';
import { BadRequestError } from '../errors.js';
import { followLists } from '../live/follow.js';
import { presentRun, runModel } from '../models.js';
import { definePage, type Page, type PageContext } from '../page.js';
import { shortRef } from '../parts/names.js';
import { RunList } from '../parts/run-list.js';
import { findRepo } from '../queries/find-repo.js';
import { listRuns, type RunFilter } from '../queries/list-runs.js';

const schema = z.strictObject({
  repo: z.string().nullable(),
  /** When the repository was taken off the server; null for one that is there. */
  removedAtMs: z.int().nullable(),
  runs: z.array(runModel),
  /** Ask with `?before=` for older runs. */
  olderBefore: z.string().nullable(),
  /** Ask with `?after=` for newer runs. */
  newerAfter: z.string().nullable(),
});

type Model = z.infer<typeof schema>;

const query = {
  state: `Only runs of this state: ${runStates.join(', ')}.`,
  ref: 'Only runs of this full ref.',
  actor: 'Only runs pushed or authored by this name.',
  text: 'Only runs with this text in subject, ref, author, or at the start of the sha.',
  before: 'Only runs older than this id.',
  after: 'Only runs newer than this id.',
};

/** Runs of all repositories. */
export const runsPage: Page = definePage<Model>({
  path: '/runs',
  summary: 'Runs of all repositories, newest first.',
  query,
  schema,
  follows: followLists,
  load: (visit) => ({ repo: null, removedAtMs: null, ...loadRuns(visit, undefined) }),
  view: (model, visit) => viewOf(model, visit, '/runs'),
});

/** A repository: its runs. */
export const repoPage: Page = definePage<Model>({
  path: '/repos{/:group}/:name',
  summary: 'Runs of one repository, newest first.',
  query,
  schema,
  follows: followLists,
  load(visit) {
    const name = visit.params.repo!;
    const repo = findRepo(visit.options.store.read, visit.access, name);
    return { repo: name, removedAtMs: repo?.removedAtMs ?? null, ...loadRuns(visit, name) };
  },
  view: (model, visit) => viewOf(model, visit, repoAddress(model.repo!)),
});

const loadRuns = (
  { options: { store }, access, query: parameters }: PageContext,
  repo: string | undefined,
) => {
  const page = listRuns(
    store.read,
    access,
    { ...filterOf(parameters), ...(repo !== undefined && { repo }) },
    {
      ...parameterOf(parameters, 'before'),
      ...parameterOf(parameters, 'after'),
    },
  );
  return {
    runs: page.runs.map(presentRun),
    olderBefore: page.older ?? null,
    newerAfter: page.newer ?? null,
  };
};

const filterOf = (parameters: URLSearchParams): RunFilter => {
  const state = parameters.get('state') ?? '';
  if (state !== '' && !isRunState(state)) {
    throw new BadRequestError(
      `expected state to be one of ${runStates.join(', ')}, found ${JSON.stringify(state)}`,
    );
  }
  return {
    ...(isRunState(state) && { state }),
    ...parameterOf(parameters, 'ref'),
    ...parameterOf(parameters, 'actor'),
    ...parameterOf(parameters, 'text'),
  };
};

const parameterOf = <Name extends string>(
  parameters: URLSearchParams,
  name: Name,
): { [K in Name]?: string } => {
  const value = parameters.get(name)?.trim() ?? '';
  return value === '' ? {} : ({ [name]: value.slice(0, 1024) } as { [K in Name]?: string });
};

const isRunState = (text: string): text is RunState => (runStates as readonly string[]).includes(text);

const viewOf = (model: Model, visit: PageContext, address: string) => {
  const { query: parameters, nowMs } = visit;
  const isFiltered = ['state', 'ref', 'actor', 'text'].some((name) => parameters.has(name));
  const filters = Object.fromEntries(
    ['state', 'ref', 'actor', 'text'].map((name) => [name, parameters.get(name) ?? undefined]),
  );
  return {
    title: model.repo ?? 'Runs',
    section: 'runs' as const,
    feed: model.repo === null ? '/runs.atom' : `${address}/-/runs.atom`,
    regions: [
      {
        id: 'runs-header',
        still: true,
        content: (
          <header class="page-header">
            {model.repo !== null && <p class="eyebrow">Repository</p>}
            <h1>
              <bdi>{model.repo ?? 'Runs'}</bdi>
            </h1>
            {model.repo !== null && (
              <p class="status-line quiet">
                <a href={`${address}/-/statistics`}>Statistics</a> ·{' '}
                <a href={`${address}/-/runs.atom`}>Feed</a> · <a href={`${address}/-/badge.svg`}>Badge</a>
              </p>
            )}
            <Filters parameters={parameters} address={address} />
          </header>
        ),
      },
      {
        id: 'runs',
        content: (
          <section aria-label="Runs">
            {model.removedAtMs !== null && (
              <p class="verdict">This repository was taken off the server; its runs stay.</p>
            )}
            <RunList
              runs={model.runs}
              nowMs={nowMs}
              withRepo={model.repo === null}
              empty={
                isFiltered
                  ? 'No run here matches; older ones may.'
                  : 'Nothing has run yet. A push with a .quire/ci.fnl starts the first run.'
              }
            />
            <nav class="paging" aria-label="Pages">
              {model.newerAfter !== null && (
                <a href={withQuery(address, { ...filters, after: model.newerAfter })} rel="prev">
                  ← Newer
                </a>
              )}
              {model.olderBefore !== null && (
                <a href={withQuery(address, { ...filters, before: model.olderBefore })} rel="next">
                  Older →
                </a>
              )}
            </nav>
          </section>
        ),
      },
    ],
  };
};

const Filters = ({ parameters, address }: { parameters: URLSearchParams; address: string }) => {
  const ref = parameters.get('ref');
  return (
    <search>
      <form class="filters" method="get" action={address}>
        <label>
          <span>State</span>
          <select name="state">
            <option value="">any</option>
            {runStates.map((state) => (
              <option key={state} value={state} selected={parameters.get('state') === state}>
                {state}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>Ref</span>
          <input
            name="ref"
            value={ref ?? ''}
            placeholder="refs/heads/main"
            autoComplete="off"
            spellcheck={false}
          />
        </label>
        <label>
          <span>Who</span>
          <input name="actor" value={parameters.get('actor') ?? ''} autoComplete="off" />
        </label>
        <label class="wide">
          <span>Text</span>
          <input type="search" name="text" value={parameters.get('text') ?? ''} data-key="/" />
        </label>
        <button type="submit">Filter</button>
        {parameters.size > 0 && <a href={address}>clear</a>}
        {ref !== null && ref !== '' && <p class="quiet">Only {shortRef(ref)}.</p>}
      </form>
    </search>
  );
};
