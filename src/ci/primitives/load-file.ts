import { constants, type FileHandle, open } from 'node:fs/promises';
import type { JobRun } from '../job/job-run.js';
import { raiseLimit } from '../raise-limit.js';
import { resolveExisting, type WorkspacePath } from './workspace-path.js';

/**
 * The bytes of a file of the workspace, recorded as read; undefined, and recorded as well, when there is no
 * such file. Rejects for what is no regular file, for one beyond the limit, and for a path that leads out.
 */
export const loadFile = async (jobRun: JobRun, path: string): Promise<Buffer | undefined> => {
  const { run, job } = jobRun;
  run.journal.assertRoom();
  const found = await resolveExisting(run.workspace, path);
  const bytes =
    found === undefined ? undefined : await readRegularFile(found, run.bootstrap.limits.captureBytes);
  const shown = bytes === undefined ? undefined : run.redactor.redactBytes(bytes);
  const sha256 = shown === undefined ? null : await run.session.storeBlob(shown);
  await run.journal.admit();
  jobRun.signal.throwIfAborted();
  run.journal.emit('file.read', {
    jobId: job.id,
    path: found?.shown ?? path,
    sha256,
    bytes: shown?.length ?? 0,
  });
  return bytes;
};

/** Without waiting, should it be a named pipe, and without following a link that was put there meanwhile. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const readRegularFile = async ({ real, shown }: WorkspacePath, maxBytes: number): Promise<Buffer> => {
  const file = await open(real, flags);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${JSON.stringify(shown)} is no regular file`);
    const bytes = await readUpTo(file, maxBytes + 1);
    if (bytes.length <= maxBytes) return bytes;
  } finally {
    await file.close();
  }
  throw new Error(
    `${JSON.stringify(shown)} has more than the limit of ${maxBytes} bytes that a pipeline may read; ` +
      `take what is needed from it with sh, or ${raiseLimit('capture')}`,
  );
};

const readUpTo = async (file: FileHandle, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  while (left > 0) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(left, 65_536)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return Buffer.concat(chunks);
};
