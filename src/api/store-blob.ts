import { createHash } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomId } from '../events/index.js';
import { blobFolder } from '../runner/index.js';
import { RequestError } from './error-answer.js';

/** Keeps bytes under their digest; a repeat is harmless. Throws RequestError when they have another digest. */
export const storeBlob = async (root: string, sha256: string, body: unknown): Promise<string> => {
  if (!Buffer.isBuffer(body)) throw new RequestError('malformed-request', 'expected bytes, found no body');
  const found = createHash('sha256').update(body).digest('hex');
  if (found !== sha256)
    throw new RequestError('malformed-request', `expected bytes of digest ${sha256}, found ${found}`);
  const folder = blobFolder(root);
  const path = join(folder, found);
  if (await exists(path)) return found;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomId()}`);
  await writeFile(temporary, body, { flush: true });
  await rename(temporary, path);
  return found;
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
