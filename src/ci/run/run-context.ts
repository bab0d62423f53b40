import type { Bootstrap } from '../../events/run-protocol.js';
import type { PipelineJob } from '../../pipeline/index.js';
import type { Redactor } from '../../secrets/index.js';
import type { Outputs } from '../job/outputs.js';
import type { Session } from '../session/session.js';
import type { World } from '../world/world.js';
import type { Journal } from './journal.js';

/** How a job ended, as far as its dependents can know. */
export type JobEnd =
  | { readonly state: 'succeeded'; readonly outputs: Outputs }
  | {
      readonly state: 'failed' | 'allowed-failure';
      readonly exitCode: number | null;
      readonly message: string;
    }
  | { readonly state: 'skipped' | 'canceled' };

/** What all jobs of a run share. */
export interface RunContext {
  readonly bootstrap: Bootstrap;
  /** The folder of the run's records. */
  readonly runDir: string;
  readonly session: Session;
  readonly journal: Journal;
  readonly redactor: Redactor;
  readonly world: World;
  /** All jobs, in the order they run. */
  readonly jobs: readonly PipelineJob[];
  /** Ends of the jobs that have ended. */
  readonly ends: ReadonlyMap<string, JobEnd>;
}
