import { constants, openSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError } from '../errors.js';

/** Where the log of a command lies. Throws NotFoundError for an id that is not a safe file name. */
export const logPath = (root: string, runId: string, jobId: string, n: number): string => {
  if (!isSafeName(runId) || !isSafeName(jobId)) throw new NotFoundError(`There is no log of job ${jobId}.`);
  return join(root, 'runs', runId, 'jobs', jobId, `sh-${n}.log`);
};

const flags = constants.O_RDONLY | constants.O_NOFOLLOW;

/** Opens a log to send it as it is; undefined when nothing has been written. */
export const openLog = (path: string): Promise<FileHandle | undefined> =>
  open(path, flags).catch(undefinedWhenMissing);

/** Opens a log for short reads at once; undefined when nothing has been written. */
export const openLogNow = (path: string): number | undefined => {
  try {
    return openSync(path, flags);
  } catch (error) {
    return undefinedWhenMissing(error as NodeJS.ErrnoException);
  }
};

const undefinedWhenMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

/** A job id comes from a repository's code: it must not lead out of the folder of its run. */
const isSafeName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000]/.test(name) && Buffer.byteLength(name) <= 255;
