import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryFolder } from './memory-folder.js';

/**
 * The content as something a command can have as its standard input: a file without a name, as in
 * `command < file`. A pipe would have to be fed, and one of ours could not be opened again as /dev/stdin
 * once it is. In memory where the system offers that, because the content may be a secret.
 */
export const openInput = async (content: Buffer): Promise<FileHandle> => {
  const path = join(memoryFolder(), `quire-input-${randomUUID()}`);
  const writer = await open(path, 'wx', 0o600);
  try {
    await writer.writeFile(content);
    return await open(path, 'r');
  } finally {
    await writer.close();
    await unlink(path);
  }
};
