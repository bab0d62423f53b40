import { and, asc, gt, isNotNull, isNull, lt, ne, or } from 'drizzle-orm';
import { type RunRow, runs } from '../../projections/index.js';
import type { ReadEvent, StoreReader } from '../store/index.js';
import { historyOf } from './run-history.js';

/** A run that kept another one waiting. */
export interface Blocker {
  readonly runId: string;
  /** The same branch or tag runs once at a time; otherwise the number of runs at once was reached. */
  readonly why: 'same-ref' | 'limit';
}

/** One link of the chain that led to something, with what is to be said beside the event. */
export interface Reason {
  readonly event: ReadEvent;
  /** For how long nothing happened before it. */
  readonly waitedMs: number;
  /** For `run.claimed`: the runs that were in the way meanwhile. */
  readonly blockers: readonly Blocker[];
}

/** What is explained, and why it came to be: first cause first. */
export interface Explanation {
  readonly runId: string;
  readonly jobId: string | null;
  readonly reasons: readonly Reason[];
}

/** The run has no such job. */
export class UnknownJobError extends Error {
  readonly code = 'unknown-job';
  constructor(runId: string, jobId: string, known: readonly string[]) {
    super(`run ${runId} has no job ${jobId}; it has: ${known.join(', ') || 'none yet'}`);
  }
}

/** No chain of causes is longer: each event has one, and a run's life holds few steps. */
const maxReasons = 1000;

/**
 * Follows the causes of a run's last step, or of a job's, back to the push or command at the root. Events name
 * their cause themselves; nothing is guessed from times but who was in the way. Throws {@link UnknownJobError}.
 */
export const explain = (reader: StoreReader, run: RunRow, jobId?: string): Explanation => {
  const moments = [...historyOf(reader, run.id)];
  const outcome = jobId === undefined ? runOutcome(moments) : jobOutcome(moments, run.id, jobId);
  const known = new Map(moments.map(({ event }) => [event.seq, event]));
  const chain: ReadEvent[] = [];
  let next: ReadEvent | undefined = outcome;
  while (next !== undefined && chain.length < maxReasons) {
    chain.unshift(next);
    const cause: number | null = next.causationSeq;
    next = cause === null ? undefined : (known.get(cause) ?? eventAt(reader, cause));
  }
  return {
    runId: run.id,
    jobId: jobId ?? null,
    reasons: chain.map((event, i) => ({
      event,
      waitedMs: Math.max(0, event.occurredAtMs - (chain[i - 1]?.occurredAtMs ?? event.occurredAtMs)),
      blockers: event.type === 'run.claimed' ? blockersOf(reader, run, event) : [],
    })),
  };
};

type Moments = readonly { readonly event: ReadEvent }[];

/** The end of the run, or the last step it has taken so far. */
const runOutcome = (moments: Moments): ReadEvent | undefined =>
  moments.findLast(({ event }) => event.type.startsWith('run.'))?.event;

const jobOutcome = (moments: Moments, runId: string, jobId: string): ReadEvent | undefined => {
  const registered = moments.find(({ event }) => event.type === 'pipeline.registered')?.event;
  const ids = ((registered?.data as { jobs?: { id: string }[] } | undefined)?.jobs ?? []).map(({ id }) => id);
  if (!ids.includes(jobId)) throw new UnknownJobError(runId, jobId, ids);
  const ofJob = moments.findLast(
    ({ event }) => event.type.startsWith('job.') && (event.data as { jobId?: unknown }).jobId === jobId,
  );
  return ofJob?.event ?? registered;
};

const eventAt = (reader: StoreReader, seq: number): ReadEvent | undefined =>
  reader.readEvents({ afterSeq: seq - 1, toSeq: seq, limit: 1 })[0];

/** The runs that had been taken and had not ended at some moment between queueing and claim. */
const blockersOf = (reader: StoreReader, run: RunRow, claimed: ReadEvent): Blocker[] =>
  reader.read
    .select({ runId: runs.id, repo: runs.repo, ref: runs.ref })
    .from(runs)
    .where(
      and(
        ne(runs.id, run.id),
        isNotNull(runs.claimedAtMs),
        lt(runs.claimedAtMs, claimed.occurredAtMs),
        or(isNull(runs.finishedAtMs), gt(runs.finishedAtMs, run.queuedAtMs)),
      ),
    )
    .orderBy(asc(runs.id))
    .limit(20)
    .all()
    .map(({ runId, repo, ref }) => ({
      runId,
      why: repo === run.repo && ref === run.ref ? ('same-ref' as const) : ('limit' as const),
    }));
