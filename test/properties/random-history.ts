import { and, eq, inArray } from 'drizzle-orm';
import fc from 'fast-check';
import {
  type JobState,
  pushes as pushRows,
  refs,
  type RunState,
  runs,
  type ShState,
} from '../../projections/index.js';
import type { CiEvent, CiEventType, NewEvent } from '../../src/events/index.js';
import {
  decideAdopt,
  decideCancel,
  decideClaim,
  decideEnd,
  decideIngest,
  decidePush,
  decideRelease,
  decideRerun,
  decideStart,
  requestedEnding,
  type RunView,
  viewRun,
} from '../../src/lifecycle/index.js';
import type { EventStore, TransactionReader } from '../../src/store/index.js';
import { sampleData } from '../events/sample-data.js';

/** One thing that happens: `pick` chooses among what it may happen to. */
export interface Step {
  readonly action: (typeof actions)[number];
  readonly pick: number;
  /** How far the clock moves before it, also backwards. */
  readonly clockMs: number;
}

const actions = [
  'push',
  'push',
  'claim',
  'claim',
  'start',
  'start',
  'release',
  'ci',
  'ci',
  'ci',
  'ci',
  'ci',
  'ci',
  'repeat',
  'cancel',
  'crash',
  'end-canceled',
  'adopt',
  'rerun',
] as const;

export const anyHistory = (maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      action: fc.constantFrom(...actions),
      pick: fc.nat(),
      clockMs: fc.integer({ min: -5_000, max: 60_000 }),
    }),
    { minLength: 1, maxLength },
  );

interface ModelJob {
  state: JobState;
  sh: ShState[];
}

interface ModelRun {
  id: string;
  ref: string;
  state: RunState;
  claimed: boolean;
  cancelRequested: boolean;
  registered: boolean;
  jobs: Map<string, ModelJob>;
  sent: CiEvent[];
}

const jobIds = ['build', 'test', 'deploy'];
const names = ['refs/heads/main', 'refs/heads/topic', 'refs/tags/v1'];
const terminal = (state: string) => !['queued', 'active'].includes(state);

/**
 * A model of the server that knows nothing of events or SQL: it says what each run, job and command should be
 * after each step, and drives the deciders to the same.
 */
export const createModel = () => {
  const all: ModelRun[] = [];
  let now = 1_000_000;
  let pushes = 0;
  const newRunId = () => `run-${String(all.length + 1).padStart(4, '0')}`;
  const newRun = (ref: string): ModelRun => ({
    id: newRunId(),
    ref,
    state: 'queued',
    claimed: false,
    cancelRequested: false,
    registered: false,
    jobs: new Map(),
    sent: [],
  });

  const closeAll = (run: ModelRun, state: RunState) => {
    run.state = state;
    for (const job of run.jobs.values()) {
      job.sh = job.sh.map((sh) => (sh === 'active' ? 'interrupted' : sh));
      if (!terminal(job.state)) job.state = 'canceled';
    }
  };

  const choose = <T>(list: readonly T[], pick: number): T | undefined =>
    list[pick % Math.max(1, list.length)];
  const withState = (...states: RunState[]) => all.filter(({ state }) => states.includes(state));

  const decideRun =
    (run: ModelRun, decide: (view: RunView) => readonly NewEvent[]) =>
    (read: TransactionReader): readonly NewEvent[] =>
      decide(viewRun(read, run.id));

  const push = async (store: EventStore, pick: number): Promise<void> => {
    const ref = choose(names, pick)!;
    const found = choose(['pipeline', 'pipeline', 'no-pipeline', 'deleted'] as const, pick >> 2)!;
    pushes += 1;
    const id = `push-${String(pushes).padStart(4, '0')}`;
    const sha = pushes.toString(16).padStart(40, '0');
    const run = newRun(ref);
    if (found === 'pipeline') {
      for (const open of all.filter((one) => one.ref === ref && !terminal(one.state))) {
        if (open.state === 'queued') closeAll(open, 'superseded');
        else open.cancelRequested = true;
      }
      all.push(run);
    }
    const known = store.read.select().from(refs).where(eq(refs.ref, ref)).get();
    await store.append(
      (read) =>
        decidePush(
          {
            ref: (name) => read.select().from(refs).where(eq(refs.ref, name)).get(),
            wasReconciled: (pushId) =>
              read.select().from(pushRows).where(eq(pushRows.id, pushId)).get()?.source === 'reconciliation',
            openRuns: (name) =>
              read
                .select()
                .from(runs)
                .where(and(eq(runs.ref, name), inArray(runs.state, ['queued', 'active'])))
                .all(),
          },
          {
            id,
            repo: 'site',
            pushedAtMs: now,
            pusher: 'ann',
            source: pick % 7 === 0 ? 'reconciliation' : 'hook',
            refs: [
              {
                ref,
                oldSha: known?.sha ?? '0'.repeat(40),
                newSha: sha,
                found,
                commitSha: sha,
                subject: null,
                author: null,
              },
            ],
          },
          () => run.id,
        ),
      { actor: 'hook' },
    );
  };

  /** What quire-ci may say next about its run. */
  const sayings = (run: ModelRun): (readonly [CiEventType, Record<string, unknown>, () => void])[] => {
    const say = (type: CiEventType, data: object, then: () => void) =>
      [type, { ...(sampleData[type] as object), ...data }, then] as const;
    if (!run.registered) {
      const jobs = jobIds.map((id, i) => ({
        ...sampleData['pipeline.registered'].jobs[0]!,
        id,
        inputs: [jobIds[i - 1] ?? 'quire/push'],
      }));
      return [
        say('pipeline.registered', { jobs }, () => {
          run.registered = true;
          for (const id of jobIds) run.jobs.set(id, { state: 'queued', sh: [] });
        }),
        say('run.failed', { failureKind: 'pipeline-invalid' }, () => closeAll(run, 'failed')),
      ];
    }
    const options: (readonly [CiEventType, Record<string, unknown>, () => void])[] = [];
    for (const [jobId, job] of run.jobs) {
      const to = (state: JobState) => () => {
        job.state = state;
      };
      if (job.state === 'queued') {
        options.push(say('job.started', { jobId }, to('active')));
        options.push(say('job.skipped', { jobId }, to('skipped')));
        options.push(say('file.read', { jobId }, () => undefined));
      }
      if (job.state !== 'active') continue;
      const open = job.sh.indexOf('active');
      if (open === -1) {
        options.push(say('sh.started', { jobId, n: job.sh.length + 1 }, () => job.sh.push('active')));
        options.push(say('job.succeeded', { jobId }, to('succeeded')));
        options.push(say('job.failed', { jobId }, to('failed')));
        options.push(say('job.canceled', { jobId }, to('canceled')));
        options.push(say('job.retried', { jobId, attempt: job.sh.length + 2 }, () => undefined));
      } else {
        const n = open + 1;
        options.push(say('sh.finished', { jobId, n }, () => job.sh.splice(open, 1, 'exited')));
        options.push(say('sh.interrupted', { jobId, n }, () => job.sh.splice(open, 1, 'interrupted')));
      }
      options.push(say('job.logged', { jobId }, () => undefined));
    }
    if ([...run.jobs.values()].every(({ state }) => terminal(state))) {
      options.push(say('run.succeeded', {}, () => closeAll(run, 'succeeded')));
      options.push(say('run.failed', {}, () => closeAll(run, 'failed')));
    }
    return options;
  };

  const ci = async (store: EventStore, pick: number): Promise<void> => {
    const run = choose(withState('active'), pick);
    if (run === undefined) return;
    const batch: CiEvent[] = [];
    for (let i = 0; i <= pick % 4 && run.state === 'active'; i += 1) {
      const [type, data, then] = choose(sayings(run), Math.floor(pick / (i + 3)))!;
      then();
      batch.push({ number: run.sent.length + batch.length + 1, type, occurredAtMs: Math.max(0, now), data });
    }
    run.sent.push(...batch);
    await store.append(
      decideRun(run, (view) => decideIngest(view, batch)),
      { actor: 'ci' },
    );
  };

  const repeat = async (store: EventStore, pick: number): Promise<void> => {
    const run = choose(
      all.filter(({ sent }) => sent.length > 0),
      pick,
    );
    if (run === undefined) return;
    const from = pick % run.sent.length;
    await store.append(
      decideRun(run, (view) => decideIngest(view, run.sent.slice(from))),
      { actor: 'ci' },
    );
  };

  const step = async (store: EventStore, { action, pick }: Step): Promise<void> => {
    const runner = { actor: 'runner' } as const;
    const queued = choose(
      withState('queued').filter(({ claimed }) => claimed === (action !== 'claim')),
      pick,
    );
    const active = choose(withState('active'), pick);
    const open = choose(withState('queued', 'active'), pick);
    switch (action) {
      case 'push':
        return push(store, pick);
      case 'ci':
        return ci(store, pick);
      case 'repeat':
        return repeat(store, pick);
      case 'claim':
        if (queued === undefined) return;
        queued.claimed = true;
        await store.append(
          decideRun(queued, ({ run }) =>
            decideClaim(run, { ...sampleData['run.claimed'], tokenHash: now.toString(16).padStart(64, '0') }),
          ),
          runner,
        );
        return;
      case 'release':
        if (queued === undefined) return;
        queued.claimed = false;
        await store.append(
          decideRun(queued, ({ run }) => decideRelease(run, 'launcher')),
          runner,
        );
        return;
      case 'start':
        if (queued === undefined) return;
        queued.state = 'active';
        await store.append(
          decideRun(queued, ({ run }) => decideStart(run, sampleData['run.started'])),
          runner,
        );
        return;
      case 'cancel': {
        if (open === undefined) return;
        if (open.state === 'queued') closeAll(open, 'canceled');
        else open.cancelRequested = true;
        const request = { ...sampleData['run.cancel-requested'], force: pick % 2 === 0 };
        await store.append(
          decideRun(open, (view) => decideCancel(view, request)),
          { actor: 'operator:ann' },
        );
        return;
      }
      case 'end-canceled': {
        const run = choose(
          withState('active').filter(({ cancelRequested }) => cancelRequested),
          pick,
        );
        if (run === undefined) return;
        const { cancelReason } = viewRun(store.read, run.id).run;
        closeAll(run, cancelReason === 'superseded' ? 'superseded' : 'canceled');
        await store.append(
          decideRun(run, (view) => decideEnd(view, requestedEnding(view))),
          runner,
        );
        return;
      }
      case 'crash':
        if (open === undefined) return;
        closeAll(open, 'failed');
        await store.append(
          decideRun(open, (view) =>
            decideEnd(view, { type: 'run.failed', failureKind: 'orphaned', message: 'gone' }),
          ),
          runner,
        );
        return;
      case 'adopt':
        if (active === undefined) return;
        await store.append(
          decideRun(active, ({ run }) =>
            decideAdopt(run, { bootId: 'boot-2', pid: 1 + (pick % 99), startTime: 1 }),
          ),
          runner,
        );
        return;
      case 'rerun': {
        const old = choose(all, pick);
        if (old === undefined) return;
        const run = newRun(old.ref);
        all.push(run);
        await store.append(
          decideRun(old, (view) => {
            const ended = !['queued', 'active', 'succeeded'].includes(view.run.state);
            return decideRerun(view.run, {
              newRunId: run.id,
              requestedAtMs: now,
              onlyFailed: ended && pick % 2 === 0,
            });
          }),
          { actor: 'operator:ann' },
        );
      }
    }
  };

  return {
    now: () => now,
    step: (store: EventStore, one: Step) => {
      now = Math.max(0, now + one.clockMs);
      return step(store, one);
    },
    /** What every run, job and command should be by now. */
    expected: () =>
      all.map(({ id, state, jobs }) => ({
        id,
        state,
        jobs: [...jobs].map(([jobId, job]) => ({ jobId, state: job.state, sh: [...job.sh] })),
      })),
  };
};
