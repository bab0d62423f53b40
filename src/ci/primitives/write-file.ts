import { type LuaValue, toBytes } from '../../lua/index.js';
import { describe } from '../../pipeline/index.js';
import { raiseLimit } from '../raise-limit.js';
import type { RunContext } from '../run/run-context.js';
import { performing } from './primitive.js';
import { textArgument } from './text-argument.js';

/** `(write-file path content)`: makes or replaces a file of the workspace, and the folders it is in. */
export const writeFile = performing(async (jobRun, [path, content], context) => {
  const { run, job } = jobRun;
  const name = textArgument(path, 'write-file: the path');
  const bytes = readContent(run, content);
  await run.journal.admit();
  const call = { jobId: job.id, location: context.where() ?? null };
  const shownPath = await run.world.writeFile(name, bytes, call, () => {
    jobRun.signal.throwIfAborted();
    jobRun.start();
  });
  const shown = run.redactor.redactBytes(bytes);
  const sha256 = await run.session.storeBlob(shown);
  run.journal.emit('file.written', { jobId: job.id, path: shownPath, sha256, bytes: shown.length });
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
