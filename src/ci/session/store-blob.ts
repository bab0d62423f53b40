import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blobAnswer } from '../../events/run-protocol.js';
import type { ServerClient } from '../server/client.js';

/** Keeps bytes in `folder` under their SHA-256, which is the result. A blob is there whole or not at all. */
export const blobOnDisk = async (folder: string, bytes: Buffer): Promise<string> => {
  const sha256 = digest(bytes);
  const path = join(folder, sha256);
  if (await exists(path)) return sha256;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${randomUUID()}`);
  await writeFile(temporary, bytes, { flag: 'wx', flush: true });
  await rename(temporary, path);
  return sha256;
};

/** Sends bytes to the server, which keeps them under their SHA-256. */
export const blobOnServer = async (client: ServerClient, bytes: Buffer): Promise<string> => {
  const sha256 = digest(bytes);
  const path = `/api/run/blobs/${sha256}`;
  await client.json(
    { method: 'PUT', path, body: bytes, contentType: 'application/octet-stream' },
    blobAnswer,
  );
  return sha256;
};

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
