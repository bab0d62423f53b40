import type { Assignment, ProcessIdentity } from '../../events/index.js';

/** A quire-ci process that waits for its run. It is used once. */
export interface WaitingProcess {
  readonly identity: ProcessIdentity;
  /** Gives it its run; from here on it outlives this server. Rejects when it has ended meanwhile. */
  assign(assignment: Assignment, processLog: string): Promise<void>;
  /** Resolves when it has ended, with what it ended by. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
  /** Ends it and resolves when it has ended. */
  end(): Promise<void>;
}

/** A way to execute runs: where quire-ci and its commands live. */
export interface Launcher {
  readonly name: string;
  /** The next process: one kept warm when there is one. */
  take(): Promise<WaitingProcess>;
  /** Keeps one process warm for the next run. */
  warmUp(): void;
  /** Ends what waits without a run. */
  close(): Promise<void>;
}
