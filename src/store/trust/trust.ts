import type { Difference } from './check.js';
import type { ProjectionStatus } from '../rebuild/keep-projections.js';
import type { ChainReport } from './verify-chain.js';

/** What it came to when rows were compared with what the events say. */
export interface CheckOutcome {
  /** `sample`: the rows of the newest runs and of some others; `all`: every row of every read model. */
  readonly scope: 'sample' | 'all';
  /** When it ended, in milliseconds since 1970. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Runs whose rows were compared, and events that were folded for it. */
  readonly checkedRuns: number;
  readonly events: number;
  /** Empty: they agree. At most 1000 are told. */
  readonly differences: readonly Difference[];
  /** Why it could not be done; null when it was. */
  readonly problem: string | null;
}

/** What it came to when the chain of events was read again. */
export interface VerifyOutcome {
  /** `end`: the newest events; `all`: every event from the first. */
  readonly scope: 'end' | 'all';
  /** When it ended, in milliseconds since 1970. */
  readonly atMs: number;
  readonly tookMs: number;
  /** The events read, the head of the chain, the findings; null when it could not be done. */
  readonly report: ChainReport | null;
  /** Why it could not be done; null when it was. */
  readonly problem: string | null;
}

/**
 * What a running server knows of its own history: where its read models stand, and what the last comparisons came
 * to. Checks run in a process of their own and disturb nobody; one at a time, and who asks meanwhile is given the
 * one under way.
 */
export interface Trust {
  /** Each read model: name, version, state, and while it is rebuilt its progress; why the last rebuild stopped. */
  projections(): readonly ProjectionStatus[];
  /** The last comparison of rows with events; null before the first has ended. */
  lastCheck(): CheckOutcome | null;
  /** The last reading of the chain; null before the first has ended. */
  lastVerify(): VerifyOutcome | null;
  /** What is being done now. */
  underWay(): 'check' | 'verify' | null;
  /** Compares every row with the events; resolves with what it came to, never rejects. */
  runCheck(): Promise<CheckOutcome>;
  /** Reads the whole chain; resolves with what it came to, never rejects. */
  runVerify(): Promise<VerifyOutcome>;
}
