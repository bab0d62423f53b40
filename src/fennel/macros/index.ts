import type { BuiltinMacro } from '../node.js';
import { accumulate, faccumulate } from './accumulate.js';
import { collect, fcollect, icollect } from './collect.js';
import { doto } from './doto.js';
import { caseMacro, matchMacro } from './match/case.js';
import { caseTry, matchTry } from './match/case-try.js';
import { partial } from './partial.js';
import { pickArgs } from './pick-args.js';
import { threadFirst, threadLast } from './thread.js';
import { threadFirstMaybe, threadLastMaybe } from './thread-maybe.js';
import { when } from './when.js';
import { withOpen } from './with-open.js';

/** The macros that come with the language, by the name they are called. */
export const builtinMacros: ReadonlyMap<string, BuiltinMacro> = new Map<string, BuiltinMacro>([
  ['->', threadFirst],
  ['->>', threadLast],
  ['-?>', threadFirstMaybe],
  ['-?>>', threadLastMaybe],
  ['doto', doto],
  ['when', when],
  ['partial', partial],
  ['pick-args', pickArgs],
  ['with-open', withOpen],
  ['collect', collect],
  ['icollect', icollect],
  ['fcollect', fcollect],
  ['accumulate', accumulate],
  ['faccumulate', faccumulate],
  ['case', caseMacro],
  ['match', matchMacro],
  ['case-try', caseTry],
  ['match-try', matchTry],
]);
