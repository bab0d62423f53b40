import { count, eq } from 'drizzle-orm';
import { z } from 'zod';
import { runs } from '../../../projections/index.js';
import { repoAddress, runAddress, withQuery } from '../addresses.js';
import { followLists } from '../live/follow.js';
import { presentRun, type RunModel, runModel } from '../models.js';
import type { WebOptions } from '../options.js';
import { definePage, type Page } from '../page.js';
import { shortRef } from '../parts/names.js';
import { RunList } from '../parts/run-list.js';
import { State } from '../parts/state.js';
import { Time } from '../parts/time.js';
import { createDefaultRefs } from '../queries/default-ref.js';
import { listRepos, reposPerPage } from '../queries/list-repos.js';
import { openRuns } from '../queries/list-runs.js';
import { diskUse } from '../queries/operations.js';
import { createTroubles } from '../trust/troubles.js';

const schema = z.strictObject({
  repos: z.array(
    z.strictObject({
      name: z.string(),
      createdAtMs: z.int(),
      /** The full ref of the default branch. */
      defaultRef: z.string(),
      defaultBranchRun: runModel.nullable(),
      lastRun: runModel.nullable(),
    }),
  ),
  /** Ask with `?after=` for the next repositories. */
  nextAfter: z.string().nullable(),
  active: z.array(runModel),
  queued: z.array(runModel),
  queuedCount: z.int(),
  seq: z.int(),
  /** What an operator should look at; empty when all is well, and for others. */
  troubles: z.array(z.string()),
});

/** Repositories, what runs and what waits. */
export const homePage = (options: WebOptions): Page => {
  const defaultRef = createDefaultRefs(options.root, options.now);
  const troublesOf = createTroubles(options.trust, options.now ?? Date.now);
  return definePage<z.infer<typeof schema>>({
    path: '/',
    summary: 'Repositories with their newest runs, running and waiting runs.',
    query: { after: 'Only repositories whose name comes after this one.' },
    schema,
    follows: followLists,
    load({ options: { store, root }, access, query }) {
      const found = listRepos(store.read, access, defaultRef, query.get('after') ?? '');
      const queued = openRuns(store.read, access, 'queued').map(presentRun);
      return {
        repos: found.map(({ name, createdAtMs, defaultBranchRun, lastRun }) => ({
          name,
          createdAtMs,
          defaultRef: defaultRef(name),
          defaultBranchRun: defaultBranchRun === undefined ? null : presentRun(defaultBranchRun),
          lastRun: lastRun === undefined ? null : presentRun(lastRun),
        })),
        nextAfter: found.length < reposPerPage ? null : (found.at(-1)?.name ?? null),
        active: openRuns(store.read, access, 'active').map(presentRun),
        queued,
        queuedCount: access.all
          ? store.read.select({ n: count() }).from(runs).where(eq(runs.state, 'queued')).get()!.n
          : queued.length,
        seq: store.head().seq,
        troubles: access.all ? [...troublesOf(diskUse(root))] : [],
      };
    },
    view(model, { nowMs, access }) {
      return {
        title: 'Repositories',
        feed: '/runs.atom',
        regions: [
          { id: 'health', content: <Health {...model} /> },
          {
            id: 'open-runs',
            content:
              model.active.length + model.queued.length === 0 ? null : (
                <section aria-labelledby="open-title">
                  <h2 id="open-title">Under way</h2>
                  <RunList runs={[...model.active, ...model.queued]} nowMs={nowMs} empty="" />
                </section>
              ),
          },
          {
            id: 'repos',
            content: (
              <section aria-labelledby="repos-title">
                <h2 id="repos-title">Repositories</h2>
                {model.repos.length === 0 ? (
                  <EmptyHome all={access.all} />
                ) : (
                  <ul class="repos">
                    {model.repos.map((repo) => (
                      <RepoRow key={repo.name} repo={repo} nowMs={nowMs} />
                    ))}
                  </ul>
                )}
                {model.nextAfter !== null && (
                  <p class="paging">
                    <a href={withQuery('/', { after: model.nextAfter })} rel="next">
                      More repositories
                    </a>
                  </p>
                )}
              </section>
            ),
          },
        ],
      };
    },
  });
};

const Health = ({
  active,
  queuedCount,
  seq,
  troubles,
}: {
  active: readonly RunModel[];
  queuedCount: number;
  seq: number;
  troubles: readonly string[];
}) => (
  <>
    <h1 class="health">
      {active.length === 0
        ? 'Nothing runs'
        : `${active.length} ${active.length === 1 ? 'run' : 'runs'} under way`}
      , {queuedCount === 0 ? 'nothing waits' : `${queuedCount} waiting`}. {seq.toLocaleString('en')} events so
      far.
    </h1>
    {troubles.length > 0 && (
      <p class="lead">
        <span class="state-failed" aria-hidden="true">
          ✗
        </span>{' '}
        <a href="/operations">{sentenceOf(troubles)}</a>
      </p>
    )}
  </>
);

const sentenceOf = (troubles: readonly string[]): string => {
  const text = troubles.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
};

const RepoRow = ({ repo, nowMs }: { repo: z.infer<typeof schema>['repos'][number]; nowMs: number }) => (
  <li>
    <a class="repo" href={repoAddress(repo.name)}>
      <bdi>{repo.name}</bdi>
    </a>
    <span class="branch">
      {repo.defaultBranchRun === null ? (
        <span class="quiet">no run of {shortRef(repo.defaultRef)} yet</span>
      ) : (
        <a href={runAddress(repo.defaultBranchRun.id)}>
          <State state={repo.defaultBranchRun.state} />{' '}
          <span class="quiet">on {shortRef(repo.defaultRef)}</span>
        </a>
      )}
    </span>
    <span class="when">
      {repo.lastRun === null ? (
        <span class="quiet">
          made <Time atMs={repo.createdAtMs} nowMs={nowMs} />
        </span>
      ) : (
        <Time
          atMs={repo.lastRun.finishedAtMs ?? repo.lastRun.startedAtMs ?? repo.lastRun.queuedAtMs}
          nowMs={nowMs}
        />
      )}
    </span>
  </li>
);

const EmptyHome = ({ all }: { all: boolean }) =>
  all ? (
    <div class="empty">
      <p>There is no repository yet. Make one, and push to it:</p>
      <pre class="source">quire repo new hello{'\n'}git push &lt;root&gt;/repos/hello.git main</pre>
    </div>
  ) : (
    <p class="empty">Nothing here is public, and this request carries no identity.</p>
  );
