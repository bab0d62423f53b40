import type { BuiltinMacro } from '../node.js';
import { doto } from './doto.js';
import { partial } from './partial.js';
import { pickArgs } from './pick-args.js';
import { threadFirst, threadLast } from './thread.js';
import { threadFirstMaybe, threadLastMaybe } from './thread-maybe.js';
import { unless, when } from './when.js';

/** The macros that come with the language, by the name they are called. */
export const builtinMacros: ReadonlyMap<string, BuiltinMacro> = new Map<string, BuiltinMacro>([
  ['->', threadFirst],
  ['->>', threadLast],
  ['-?>', threadFirstMaybe],
  ['-?>>', threadLastMaybe],
  ['doto', doto],
  ['when', when],
  ['unless', unless],
  ['partial', partial],
  ['pick-args', pickArgs],
]);
