import type { Command, EventData, Location, ReusableJob, StoredEvent } from '../../events/index.js';

/** How a command came to its end, as far as it did. */
export type ShEnd =
  | ({ readonly kind: 'finished'; readonly atMs: number; readonly seq: number } & Omit<
      EventData<'sh.finished'>,
      'jobId' | 'n'
    >)
  | { readonly kind: 'interrupted'; readonly reason: string; readonly seq: number };

/** One step of a job that reaches outside its code. `seq` is that of the event that has the answer. */
export type RecordedCall =
  | {
      readonly kind: 'sh';
      seq: number;
      readonly n: number;
      readonly cmd: Command;
      readonly cwd: string;
      readonly location: Location | null;
      readonly startedAtMs: number;
      readonly deadlineAtMs: number | null;
      /** Set where the text of the event was destroyed. */
      readonly redactedSeq: number | null;
      end: ShEnd | undefined;
    }
  | RecordedFile<'read-file'>
  | RecordedFile<'write-file'>
  | {
      readonly kind: 'secret';
      readonly seq: number;
      readonly name: string;
      readonly redactedSeq: number | null;
    }
  | RecordedFailure;

/** A file that was read or written; `sha256` is null where there was none to read. */
export interface RecordedFile<Kind> {
  readonly kind: Kind;
  readonly seq: number;
  readonly path: string;
  readonly sha256: string | null;
  readonly redactedSeq: number | null;
}

/** An attempt that failed: between it and what follows, the function of the job began again. */
export interface RecordedFailure {
  readonly kind: 'failed-attempt';
  readonly seq: number;
  readonly message: string;
  readonly location: Location | null;
  readonly redactedSeq: number | null;
}

/** `open` is a job whose end the history does not have (yet). */
export type RecordedState =
  | 'succeeded'
  | 'failed'
  | 'allowed-failure'
  | 'skipped'
  | 'canceled'
  | 'reused'
  | 'open';

export interface RecordedJob {
  readonly id: string;
  readonly timeoutMs: number | null;
  readonly calls: readonly RecordedCall[];
  readonly state: RecordedState;
  readonly exitCode: number | null;
  readonly message: string | null;
  /** Set for a job that failed. */
  readonly failure: RecordedFailure | null;
}

/** What the events of a run hold of what its pipeline did and was answered. */
export interface RecordedRun {
  readonly runId: string;
  readonly repo: string;
  readonly ref: string;
  readonly sha: string;
  readonly state: string;
  readonly failureKind: string | null;
  /** Null when the run was never started. */
  readonly started: EventData<'run.started'> | null;
  readonly envRedactedSeq: number | null;
  /** Null when the pipeline was not registered. */
  readonly registered: EventData<'pipeline.registered'> | null;
  /** In the order they ran. */
  readonly jobs: ReadonlyMap<string, RecordedJob>;
  readonly reused: readonly ReusableJob[];
}

/** Whether a job came to an end of its own: then there is nothing that it would have done besides. */
export const hasOwnEnd = ({ state }: RecordedJob): boolean => state !== 'canceled' && state !== 'open';

/** Whether a run came to the end that its pipeline led to, and was not cut off. */
export const hasOwnEndOfRun = ({ state, failureKind }: RecordedRun): boolean =>
  state === 'succeeded' ||
  (state === 'failed' && ['pipeline-failure', 'pipeline-invalid', 'event-limit'].includes(failureKind ?? ''));

interface OpenJob {
  id: string;
  timeoutMs: number | null;
  calls: RecordedCall[];
  state: RecordedState;
  exitCode: number | null;
  message: string | null;
  failure: RecordedFailure | null;
}

/**
 * Gathers the events of one run, in order; memory is bounded by the run's own limit of events. Returns undefined
 * when there is no `run.queued`.
 *
 * @param isRedacted whether the text of an event was destroyed.
 */
export const gatherRun = (
  runId: string,
  events: Iterable<StoredEvent>,
  isRedacted: (seq: number) => boolean,
): RecordedRun | undefined => {
  const jobs = new Map<string, OpenJob>();
  const commands = new Map<string, RecordedCall & { kind: 'sh' }>();
  const reused: ReusableJob[] = [];
  let queued: EventData<'run.queued'> | undefined;
  let started: EventData<'run.started'> | null = null;
  let envRedactedSeq: number | null = null;
  let registered: EventData<'pipeline.registered'> | null = null;
  let state = 'queued';
  let failureKind: string | null = null;

  const end = (id: string, ended: Partial<OpenJob>) => Object.assign(jobs.get(id) ?? {}, ended);
  for (const event of events) {
    const redactedSeq = isRedacted(event.seq) ? event.seq : null;
    const { seq } = event;
    switch (event.type) {
      case 'run.queued':
        queued = event.data;
        break;
      case 'run.started':
        started = event.data;
        envRedactedSeq = redactedSeq;
        state = 'active';
        break;
      case 'pipeline.registered':
        registered = event.data;
        for (const { id, options } of event.data.jobs) jobs.set(id, openJob(id, options.timeoutMs));
        break;
      case 'sh.started': {
        const { jobId, n, cmd, cwd, location, deadlineAtMs } = event.data;
        const startedAtMs = event.occurredAtMs;
        const call = { kind: 'sh' as const, seq, n, cmd, cwd, location, startedAtMs, deadlineAtMs };
        const open = { ...call, redactedSeq, end: undefined };
        commands.set(`${n}/${jobId}`, open);
        jobs.get(jobId)?.calls.push(open);
        break;
      }
      case 'sh.finished':
      case 'sh.interrupted': {
        const command = commands.get(`${event.data.n}/${event.data.jobId}`);
        if (command === undefined) break;
        command.seq = seq;
        command.end =
          event.type === 'sh.finished'
            ? { kind: 'finished', seq, atMs: event.occurredAtMs, ...event.data }
            : { kind: 'interrupted', seq, reason: event.data.reason };
        break;
      }
      case 'file.read': {
        const { jobId, path, sha256 } = event.data;
        jobs.get(jobId)?.calls.push({ kind: 'read-file', seq, path, sha256, redactedSeq });
        break;
      }
      case 'file.written': {
        const { jobId, path, sha256 } = event.data;
        jobs.get(jobId)?.calls.push({ kind: 'write-file', seq, path, sha256, redactedSeq });
        break;
      }
      case 'secret.revealed':
        jobs.get(event.data.jobId)?.calls.push({ kind: 'secret', seq, name: event.data.name, redactedSeq });
        break;
      case 'job.retried': {
        const { message, location } = event.data;
        jobs
          .get(event.data.jobId)
          ?.calls.push({ kind: 'failed-attempt', seq, message, location, redactedSeq });
        break;
      }
      case 'job.succeeded':
        end(event.data.jobId, { state: 'succeeded' });
        break;
      case 'job.failed': {
        const { jobId, exitCode, message, location, allowed } = event.data;
        const failure = { kind: 'failed-attempt' as const, seq, message, location, redactedSeq };
        end(jobId, { state: allowed ? 'allowed-failure' : 'failed', exitCode, message, failure });
        break;
      }
      case 'job.skipped':
        end(event.data.jobId, { state: 'skipped', message: event.data.message });
        break;
      case 'job.canceled':
        end(event.data.jobId, { state: 'canceled', message: event.data.message });
        break;
      case 'job.reused': {
        const { jobId, outputs, outputsSha256 } = event.data;
        reused.push({ jobId, runId: event.data.runId, outputs, outputsSha256 });
        end(jobId, { state: 'reused', message: `as in run ${event.data.runId}` });
        break;
      }
      case 'run.failed':
        failureKind = event.data.failureKind;
        state = 'failed';
        break;
      case 'run.succeeded':
      case 'run.canceled':
      case 'run.superseded':
        state = event.type.slice('run.'.length);
        break;
    }
  }
  if (queued === undefined) return undefined;
  const { repo, ref, sha } = queued;
  return { runId, repo, ref, sha, state, failureKind, started, envRedactedSeq, registered, jobs, reused };
};

const openJob = (id: string, timeoutMs: number | null): OpenJob => ({
  id,
  timeoutMs,
  calls: [],
  state: 'open',
  exitCode: null,
  message: null,
  failure: null,
});
