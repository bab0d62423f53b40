import type { StoreReader } from '../../store/index.js';

/** Something that is wrong, and what helps. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Given when `--fix` can repair it. Several problems may share one. */
  readonly repair?: () => Promise<void>;
}

/** One thing that should be so, by name. */
export interface Check {
  readonly name: string;
  readonly run: (reader: StoreReader) => Promise<readonly Problem[]> | readonly Problem[];
}

/** What helps a database file that SQLite cannot read. */
export const damagedRemedy =
  'stop the server, check the disk, restore a backup; quire events export may still read the events';

/** Problems of one kind that are told one by one. */
export const maxShown = 20;
