import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blobFolder } from '../../runner/index.js';

/** The text of a stored pipeline by its digest; undefined when the blob is not there. */
export const readSourceBlob = async (root: string, sha256: string | null): Promise<string | undefined> => {
  if (sha256 === null || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  try {
    return await readFile(join(blobFolder(root), sha256), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};
