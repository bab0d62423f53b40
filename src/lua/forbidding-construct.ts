import type { Core } from './core.js';
import type { State } from './engine/state.js';
import { framesFrom, hostFunctionName } from './traceback.js';

/**
 * Says which construct keeps the running host function from waiting, and what to write instead; continues
 * the sentence "cannot wait for 'sh' …". @returns a byte string
 */
export function forbiddingConstruct(core: Core, L: State): string {
  const task = core.current!;
  if (task.isSync) {
    return 'here: this code is run to its end at once (a macro, a configuration file); do the work in a job';
  }
  const blocked = [L, ...[...task.resumers].reverse()].find((thread) => thread.nny > 0) ?? L;
  // Of the running function's own frame nothing is known yet; the one that called Lua code is further out.
  const names = framesFrom(blocked.ci, blocked)
    .slice(blocked === L ? 1 : 0)
    .map((frame) => hostFunctionName(core.names, frame));
  const name = names.find((candidate) => candidate !== undefined);
  if (name === undefined)
    return 'inside a metamethod; do the work before and let the metamethod only look it up';
  return `inside a function that '${name}' calls; do the work before, keep the results in a table, and only look them up there`;
}
