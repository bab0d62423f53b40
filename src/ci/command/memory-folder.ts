import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';

/** A folder for what exists only for a moment: in memory where the system offers that, so that no disk is touched. */
export const memoryFolder = (): string => {
  try {
    accessSync('/dev/shm', constants.W_OK | constants.X_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
};
