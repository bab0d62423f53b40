import type { RunRow } from '../../projections/index.js';
import { runStream } from '../events/index.js';
import type { ReadEvent, StoreReader } from '../store/index.js';
import { historyOf } from './run-history.js';
import { mostAtOnce, type RunInTheWay, type RunsInTheWay, runsInTheWay } from './runs-in-the-way.js';

/** A run that kept another one waiting. */
export interface Blocker {
  readonly runId: string;
  /** The same branch or tag runs once at a time; otherwise the number of runs at once was reached. */
  readonly why: 'same-ref' | 'limit';
}

/** Why a run waited. */
export interface Wait {
  /** The runs that were in the way, those that made way last; at most 20. */
  readonly blockers: readonly Blocker[];
  /** How many were in the way. */
  readonly blockerCount: number;
  /** How many of them were under way at once: as many as may run at once, where `why` is `limit`. */
  readonly ranAtOnce: number;
}

/** One link of the chain that led to something, with what is to be said beside the event. */
export interface Reason extends Wait {
  readonly event: ReadEvent;
  /** For how long nothing happened before it. */
  readonly waitedMs: number;
}

/** What is explained, and why it came to be: first cause first. */
export interface Explanation {
  readonly runId: string;
  readonly jobId: string | null;
  readonly reasons: readonly Reason[];
  /** For a run that waits: what it waits for. */
  readonly waitsFor: Wait | null;
}

export interface ExplainOptions {
  /** The present, for a run that waits. */
  readonly nowMs?: number;
  /** The runs that were in the way, where the other runs are not at hand. */
  readonly others?: readonly RunInTheWay[] | undefined;
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
 * Follows the causes of a run's last step, or of a job's, back to the push or command at the root. It has the events
 * of this one run in memory, which the run's own limit of events bounds. Events name their cause themselves; nothing is guessed from times but who was in the way. Throws {@link UnknownJobError}.
 */
export const explain = (
  reader: StoreReader,
  run: RunRow,
  jobId?: string,
  { nowMs = Date.now(), others }: ExplainOptions = {},
): Explanation => {
  const waitUntil = (untilMs: number): RunsInTheWay =>
    others === undefined ? runsInTheWay(reader, run, untilMs) : { runs: others, total: others.length };
  const moments = [...historyOf(reader, run.id)];
  const outcome = jobId === undefined ? runOutcome(moments) : jobOutcome(moments, run.id, jobId);
  const known = new Map(moments.map(({ event }) => [event.seq, event]));
  const chainTo = (event: ReadEvent | undefined): ReadEvent[] => causesOf(reader, known, event);
  const led = merged(chainTo(requestBefore(outcome, moments)), chainTo(outcome));
  const chain = withOwnStory(led, run.id, moments, chainTo);
  const endOfWait = run.claimedAtMs === null ? behindQueued(chain, run.id) : undefined;
  return {
    runId: run.id,
    jobId: jobId ?? null,
    reasons: chain.map((event, i) => ({
      event,
      waitedMs: Math.max(0, event.occurredAtMs - (chain[i - 1]?.occurredAtMs ?? event.occurredAtMs)),
      ...(isOwnClaim(event, run.id) || event === endOfWait
        ? waitBehind(waitUntil(event.occurredAtMs))
        : noWait),
    })),
    waitsFor: run.state === 'queued' && run.claimedAtMs === null ? waitingFor(waitUntil(nowMs)) : null,
  };
};

const isOwnClaim = ({ type, stream }: ReadEvent, runId: string): boolean =>
  type === 'run.claimed' && stream === runStream(runId);

/** What a run that was never taken waited for instead: what came of its time in the queue. */
const behindQueued = (chain: readonly ReadEvent[], runId: string): ReadEvent | undefined =>
  chain[chain.findIndex(({ type, stream }) => type === 'run.queued' && stream === runStream(runId)) + 1];

/** An event with all that led to it, first cause first. */
const causesOf = (
  reader: StoreReader,
  known: ReadonlyMap<number, ReadEvent>,
  event: ReadEvent | undefined,
): ReadEvent[] => {
  const chain: ReadEvent[] = [];
  let next = event;
  while (next !== undefined && chain.length < maxReasons) {
    chain.unshift(next);
    const cause: number | null = next.causationSeq;
    next = cause === null ? undefined : (known.get(cause) ?? eventAt(reader, cause));
  }
  return chain;
};

/** What was ended from outside, by a newer push, has a story of its own up to then. */
const withOwnStory = (
  chain: readonly ReadEvent[],
  runId: string,
  moments: Moments,
  chainTo: (event: ReadEvent | undefined) => ReadEvent[],
): readonly ReadEvent[] => {
  const stream = runStream(runId);
  const first = chain.find((event) => event.stream === stream);
  if (first === undefined || first.type === 'run.queued') return chain;
  const before = moments.findLast(({ event }) => event.seq < first.seq && event.stream === stream)?.event;
  return merged(chainTo(before), chain);
};

/** Who asked for the end of the run that a job was canceled with. */
const requestBefore = (outcome: ReadEvent | undefined, moments: Moments): ReadEvent | undefined =>
  outcome?.type !== 'job.canceled'
    ? undefined
    : moments.findLast(({ event }) => event.type === 'run.cancel-requested' && event.seq < outcome.seq)
        ?.event;

const merged = (...chains: readonly (readonly ReadEvent[])[]): ReadEvent[] => {
  const all = new Map(chains.flat().map((event) => [event.seq, event]));
  return [...all.values()].toSorted((a, b) => a.seq - b.seq);
};

const noWait: Wait = { blockers: [], blockerCount: 0, ranAtOnce: 0 };

/** More names than this help nobody. */
const maxBlockers = 20;

/** Only those that are still under way are waited for. */
const waitingFor = ({ runs }: RunsInTheWay): Wait => {
  const open = runs.filter(({ finishedAtMs }) => finishedAtMs === null);
  return waitBehind({ runs: open, total: open.length });
};

const waitBehind = ({ runs, total }: RunsInTheWay): Wait => ({
  blockers: runs
    .slice(-maxBlockers)
    .map(({ id, sameRef }) => ({ runId: id, why: sameRef ? ('same-ref' as const) : ('limit' as const) })),
  blockerCount: total,
  ranAtOnce: mostAtOnce(runs),
});

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
