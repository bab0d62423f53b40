import type { JobState, RunState, ShState } from '../../projections/index.js';
import {
  type CiEvent,
  type CiEventType,
  type EventData,
  type EventType,
  encodeEventData,
  hashData,
  type NewEvent,
  type RegisteredJob,
  runStream,
} from '../events/index.js';
import type { RunView } from './run-view.js';
import { IllegalTransitionError, jobMachine, nextState, runMachine, shMachine } from './transitions.js';

/** A batch of quire-ci that does not follow what is stored. `acknowledged` is the number to go on from. */
export class OutOfStepError extends Error {
  readonly code = 'out-of-step';
  constructor(
    message: string,
    readonly acknowledged: number,
  ) {
    super(message);
  }
}

type Cause = number | { readonly index: number };

/** Where a row stands, and the event that brought it there. */
interface Step<State> {
  readonly state: State;
  readonly cause: Cause;
}

interface JobStep extends Step<JobState | 'none'> {
  /** True for a failed job that does not fail its run. */
  readonly allowedFailure: boolean;
}

/**
 * What quire-ci reports becomes events, in its order. Numbers that are stored already are skipped when the body
 * is the same. Throws OutOfStepError for a gap or a changed body, IllegalTransitionError for what the run's
 * state does not allow, InvalidEventError for malformed data; nothing of the batch is stored then.
 */
export const decideIngest = (view: RunView, batch: readonly CiEvent[]): NewEvent[] => {
  const acknowledged = view.acknowledged();
  const fresh = batch.filter((event) => !isRepeat(view, acknowledged, event));
  let expected = acknowledged;
  const progress = createProgress(view);
  return fresh.map((event, index) => {
    expected += 1;
    if (event.number !== expected) {
      throw new OutOfStepError(
        `expected event number ${expected}, found ${event.number}; send from ${acknowledged + 1} on`,
        acknowledged,
      );
    }
    const data = encodeEventData(event.type, event.data).data as EventData<CiEventType>;
    const cause = progress.step(event.type, data, index);
    return {
      stream: runStream(view.run.id),
      type: event.type,
      data,
      occurredAtMs: event.occurredAtMs,
      clientNumber: event.number,
      cause,
    } as NewEvent;
  });
};

const isRepeat = (view: RunView, acknowledged: number, event: CiEvent): boolean => {
  if (event.number > acknowledged) return false;
  const stored = view.sentEvent(event.number);
  const sameBody =
    stored !== undefined &&
    stored.type === event.type &&
    stored.dataHash === hashData(encodeEventData(event.type, event.data).json);
  if (sameBody) return true;
  throw new OutOfStepError(
    `event number ${event.number} is stored already, as another event than this ${event.type}`,
    acknowledged,
  );
};

/**
 * Walks the state machines over a batch, starting from the stored rows. What leads to an event is the same
 * however the events are cut into batches: within a job each step follows from the one before (its start, a
 * retry, the end of its last command); a job starts or is skipped because of its inputs; a run ends because of
 * its jobs. Logs, files and secrets are effects of a job and lead to nothing.
 */
const createProgress = (view: RunView) => {
  const { run } = view;
  const subject = `run ${run.id}`;
  let runStep: Step<RunState> = { state: run.state, cause: run.lastSeq };
  let registered: { jobs: readonly RegisteredJob[]; cause: Cause } | undefined;
  const jobSteps = new Map<string, JobStep>();
  const shSteps = new Map<string, Step<ShState>>();

  const job = (jobId: string): JobStep => {
    const known = jobSteps.get(jobId);
    if (known !== undefined) return known;
    const row = view.job(jobId);
    if (row !== undefined) {
      const cause = row.state === 'active' ? Math.max(row.lastSeq, lastShSeq(jobId)) : row.lastSeq;
      return { state: row.state, cause, allowedFailure: row.allowedFailure };
    }
    if (registered?.jobs.some(({ id }) => id === jobId)) {
      return { state: 'queued', cause: registered.cause, allowedFailure: false };
    }
    return { state: 'none', cause: runStep.cause, allowedFailure: false };
  };

  const lastShSeq = (jobId: string): number => view.lastSh(jobId)?.lastSeq ?? 0;

  const sh = (jobId: string, n: number): Step<ShState | 'none'> => {
    const known = shSteps.get(`${n}/${jobId}`);
    if (known !== undefined) return known;
    const row = view.sh(jobId, n);
    return row === undefined
      ? { state: 'none', cause: job(jobId).cause }
      : { state: row.state, cause: row.lastSeq };
  };

  const jobIds = (): string[] =>
    registered?.jobs.map(({ id }) => id) ?? view.allJobs().map(({ jobId }) => jobId);

  const openJobs = (): string[] => jobIds().filter((id) => ['queued', 'active'].includes(job(id).state));

  const openSh = (): boolean =>
    [...shSteps.values()].some(({ state }) => state === 'active') ||
    view.openSh().some(({ jobId, n }) => sh(jobId, n).state === 'active');

  const lastJobCause = (failed: boolean): Cause => {
    const all = jobIds().map(job);
    const wanted = failed
      ? all.filter(({ state, allowedFailure }) => state === 'failed' && !allowedFailure)
      : all;
    const byAge = wanted.toSorted((a, b) => ageOf(a.cause) - ageOf(b.cause));
    return (failed ? byAge[0] : byAge.at(-1))?.cause ?? runStep.cause;
  };

  const assertRunActive = (type: CiEventType): void => {
    if (runStep.state !== 'active') {
      throw new IllegalTransitionError(subject, runStep.state, type, Object.keys(runMachine[runStep.state]));
    }
  };

  const endRun = (type: 'run.succeeded' | 'run.failed'): Cause => {
    const state = nextState(runMachine, runStep.state, type, subject);
    const open = openJobs();
    if (open.length > 0 || openSh()) {
      const what = open.length > 0 ? `open jobs (${open.join(', ')})` : 'open commands';
      throw new IllegalTransitionError(subject, `active with ${what}`, type, ['job.skipped', 'job.canceled']);
    }
    runStep = { state, cause: runStep.cause };
    return lastJobCause(type === 'run.failed');
  };

  const register = (data: EventData<'pipeline.registered'>, index: number): Cause => {
    nextState(runMachine, runStep.state, 'pipeline.registered', subject);
    if (run.sourceSha256 !== null || registered !== undefined) {
      throw new IllegalTransitionError(
        subject,
        'active with a registered pipeline',
        'pipeline.registered',
        [],
      );
    }
    registered = { jobs: data.jobs, cause: { index } };
    return runStep.cause;
  };

  const stepSh = (
    type: 'sh.started' | 'sh.finished' | 'sh.interrupted',
    jobId: string,
    n: number,
    index: number,
  ) => {
    const current = sh(jobId, n);
    const name = `command ${n} of job ${jobId}`;
    const state = nextState(shMachine, current.state, type, name);
    if (type === 'sh.started' && job(jobId).state !== 'active') {
      throw new IllegalTransitionError(`job ${jobId}`, job(jobId).state, type, ['job.started']);
    }
    shSteps.set(`${n}/${jobId}`, { state, cause: { index } });
    if (job(jobId).state === 'active') jobSteps.set(jobId, { ...job(jobId), cause: { index } });
    return current.cause;
  };

  /** A result is taken from where it was made: its event there is what led to it here. */
  const reuseJob = ({ jobId, runId }: EventData<'job.reused'>, index: number): Cause => {
    const { state: before } = job(jobId);
    const state = nextState(jobMachine, before, 'job.reused', `job ${jobId}`);
    const earlier = view.earlierSuccess(jobId);
    if (earlier === undefined || earlier.runId !== runId) {
      const found = `${before} and did not succeed in run ${runId}, or that run is not the one repeated`;
      throw new IllegalTransitionError(`job ${jobId}`, found, 'job.reused', ['job.started']);
    }
    jobSteps.set(jobId, { state, cause: { index }, allowedFailure: false });
    return earlier.lastSeq;
  };

  const stepJob = (
    type: CiEventType,
    data: { jobId: string; inputId?: string | null; allowed?: boolean },
    index: number,
  ): Cause => {
    const current = job(data.jobId);
    const state = nextState(jobMachine, current.state, type, `job ${data.jobId}`);
    if (!leadsToNothing.has(type)) {
      jobSteps.set(data.jobId, { state, cause: { index }, allowedFailure: data.allowed === true });
    }
    if (data.inputId != null) return job(data.inputId).cause;
    if (current.state === 'queued') return lastInputCause(data.jobId) ?? current.cause;
    return current.cause;
  };

  const lastInputCause = (jobId: string): Cause | undefined => {
    const inputs = view.job(jobId)?.inputs ?? registered?.jobs.find(({ id }) => id === jobId)?.inputs ?? [];
    const causes = inputs.filter((id) => job(id).state !== 'none').map((id) => job(id).cause);
    return causes.toSorted((a, b) => ageOf(a) - ageOf(b)).at(-1);
  };

  return {
    /** Moves on by one event, throws when it is illegal, returns what led to it. */
    step(type: CiEventType, data: EventData<CiEventType>, index: number): Cause {
      assertRunActive(type);
      switch (type) {
        case 'pipeline.registered':
          return register(data as EventData<typeof type>, index);
        case 'run.succeeded':
        case 'run.failed':
          return endRun(type);
        case 'sh.started':
        case 'sh.finished':
        case 'sh.interrupted': {
          const { jobId, n } = data as EventData<typeof type>;
          return stepSh(type, jobId, n, index);
        }
        case 'job.reused':
          return reuseJob(data as EventData<typeof type>, index);
        default:
          return stepJob(type, data as { jobId: string }, index);
      }
    },
  };
};

const leadsToNothing: ReadonlySet<EventType> = new Set([
  'job.logged',
  'file.read',
  'file.written',
  'secret.revealed',
]);

/** Stored events are older than those of the batch, which count by their place. */
const ageOf = (cause: Cause): number =>
  typeof cause === 'number' ? cause : Number.MAX_SAFE_INTEGER / 2 + cause.index;
