import { constants, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type LuaValue, toBytes } from '../../lua/index.js';
import { describe } from '../../pipeline/index.js';
import type { RunContext } from '../run/run-context.js';
import { raiseLimit } from '../raise-limit.js';
import { performing } from './primitive.js';
import { textArgument } from './text-argument.js';
import { resolveForWriting, type WorkspacePath } from './workspace-path.js';

/** `(write-file path content)`: makes or replaces a file of the workspace, and the folders it is in. */
export const writeFile = performing(async (jobRun, [path, content]) => {
  const { run, job } = jobRun;
  const name = textArgument(path, 'write-file: the path');
  const bytes = readContent(run, content);
  await run.journal.admit();
  const target = await resolveForWriting(run.workspace, name);
  jobRun.signal.throwIfAborted();
  jobRun.start();
  await replace(target, bytes);
  const shown = run.redactor.redactBytes(bytes);
  const sha256 = await run.session.storeBlob(shown);
  run.journal.emit('file.written', { jobId: job.id, path: target.shown, sha256, bytes: shown.length });
  return undefined;
});

const readContent = ({ bootstrap }: RunContext, content: LuaValue): Buffer => {
  if (typeof content !== 'string') {
    throw new Error(`write-file: the content must be a string, found ${describe(content)}`);
  }
  const { captureBytes } = bootstrap.limits;
  if (content.length <= captureBytes) return Buffer.from(toBytes(content));
  throw new Error(
    `write-file: the content has ${content.length} bytes, more than the limit of ${captureBytes}; ${raiseLimit('capture')}`,
  );
};

/** Without waiting, should it be a named pipe, and without following a link that was put there meanwhile. */
const flags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const replace = async ({ real, shown }: WorkspacePath, bytes: Buffer): Promise<void> => {
  await mkdir(dirname(real), { recursive: true });
  const file = await open(real, flags, 0o666);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${JSON.stringify(shown)} is no regular file`);
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
};
