import type { LuaValue } from '../../lua/index.js';
import { runSh } from '../job/run-sh.js';
import { UnreadFailureError } from '../job/unread-failure.js';
import { performing } from './primitive.js';
import { readShArguments } from './read-sh-arguments.js';
import { shResultToLua } from './sh-result-to-lua.js';

/**
 * `(sh cmd opts?)`: runs a command and gives its result. A non-zero exit is no error here; but when nobody
 * looked at the one before, this one does not start.
 */
export const sh = performing(async (jobRun, args: readonly LuaValue[], context) => {
  if (jobRun.unread !== undefined) throw new UnreadFailureError(jobRun.unread);
  const request = await readShArguments(jobRun.run, args, context);
  const result = await runSh(jobRun, request);
  if (result.isUnread) jobRun.lastFailed = result;
  return shResultToLua(context.vm, result);
});
