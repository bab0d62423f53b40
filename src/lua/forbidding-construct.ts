import type { Core } from './core.js';
import type { State } from './engine/state.js';
import { framesFrom, hostFunctionName } from './traceback.js';

/**
 * Says which construct keeps the running host function from waiting, and what to write instead; continues
 * the sentence "cannot wait for 'sh' …". @returns a byte string
 */
export function forbiddingConstruct(core: Core, L: State): string {
  const resumers = [...core.current!.resumers].reverse();
  const blocked = [L, ...resumers].find((thread) => thread.nny > 0);
  if (blocked === undefined) {
    return 'here: this code is run to its end at once (a macro, a configuration file); do the work in a job';
  }
  // Of the thread at hand the first frame is the running function's own; the one that called Lua is further out.
  const frames = framesFrom(blocked.ci, blocked).slice(blocked === L ? 1 : 0);
  const name = frames
    .map((frame) => hostFunctionName(core.names, frame))
    .find((candidate) => candidate !== undefined);
  const place = name === undefined ? 'a metamethod' : `a function that '${name}' calls`;
  return `inside ${place}; do the work before, keep the results in a table, and only look them up there`;
}
