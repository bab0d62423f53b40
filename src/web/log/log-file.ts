import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError } from '../errors.js';

/** Where the log of a command lies. Throws NotFoundError for an id that is not a safe file name. */
export const logPath = (root: string, runId: string, jobId: string, n: number): string => {
  if (!isSafeName(runId) || !isSafeName(jobId)) throw new NotFoundError(`There is no log of job ${jobId}.`);
  return join(root, 'runs', runId, 'jobs', jobId, `sh-${n}.log`);
};

/** Opens a log to read; undefined when nothing has been written. */
export const openLog = async (path: string): Promise<FileHandle | undefined> => {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** A job id comes from a repository's code: it must not lead out of the folder of its run. */
const isSafeName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000]/.test(name) && Buffer.byteLength(name) <= 255;
