import type { Logger } from 'pino';
import type { EventStore } from '../store/index.js';
import type { Launcher } from './launchers/launcher.js';

/** The run API of one run, served apart from everything else: holding its address is a capability. */
export interface RunApi {
  /** What quire-ci is given as `server`. */
  readonly address: string;
  close(): Promise<void>;
}

/** What the runner works with. Times in milliseconds. */
export interface RunnerContext {
  readonly root: string;
  readonly store: EventStore;
  readonly launcher: Launcher;
  readonly log: Logger;
  /** Serves the run API of a run; `onContact` is called at each authenticated request. */
  readonly openRunApi: (runId: string, onContact: () => void) => Promise<RunApi>;
  readonly maxConcurrentRuns: number;
  /** How long a quire-ci may stay silent after a restart of the server. */
  readonly gracePeriodMs: number;
  /** Between the request to end and the end by force. */
  readonly killGraceMs: number;
  /** Leaves workspaces where they are when their run has ended. */
  readonly keepWorkspaces: boolean;
}
