import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkout } from './checkout.js';

/** Lets a bare repository read the objects of a checkout where they are. Nothing is copied or written there. */
export const borrowObjects = async (checkout: Checkout, gitDir: string): Promise<void> => {
  const lines = checkout.objectFolders.map((folder) => `${quoted(folder)}\n`);
  await writeFile(join(gitDir, 'objects/info/alternates'), lines.join(''));
  try {
    await copyFile(checkout.shallowFile, join(gitDir, 'shallow'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

/** git reads one folder a line, and unquotes as C does. */
const quoted = (folder: string): string => (/[\n"]/.test(folder) ? JSON.stringify(folder) : folder);
