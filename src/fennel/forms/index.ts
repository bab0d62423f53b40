import type { Special } from '../compiler/context.js';
import { arithmetic } from './arithmetic.js';
import { global, letForm, local, set, setForcibly, variable } from './binding.js';
import { comparison } from './comparison.js';
import { constructing } from './construct.js';
import { doForm } from './do.js';
import { dot, dotMaybe, method, tset } from './fields.js';
import { fn, lambda } from './fn.js';
import { hashfn } from './hashfn.js';
import { ifForm } from './if.js';
import { and, bnot, length, not, or } from './logic.js';
import { each, forForm, whileForm } from './loops.js';
import { lua } from './lua.js';
import {
  assertRepl,
  comment,
  evalCompiler,
  importMacros,
  include,
  macro,
  macrodebug,
  macros,
  requireMacros,
} from './macros.js';
import { quote, unquote } from './quote.js';
import { tail } from './tail.js';
import { pickValues, values } from './values.js';

/** Every special form, by the name it is called. */
export const specialForms: ReadonlyMap<string, Special> = new Map<string, Special>([
  ...arithmetic,
  ...comparison,
  ['and', and],
  ['or', or],
  ['not', not],
  ['length', length],
  ['#', length],
  ['bnot', bnot],
  ['do', doForm],
  ['values', values],
  ['pick-values', pickValues],
  ['fn', fn],
  ['lambda', lambda],
  ['\xce\xbb', lambda],
  ['hashfn', hashfn],
  ['local', local],
  ['var', variable],
  ['global', global],
  ['set', set],
  ['set-forcibly!', setForcibly],
  ['let', letForm],
  ['if', ifForm],
  ['each', each],
  ['for', forForm],
  ['while', whileForm],
  ['.', dot],
  ['?.', dotMaybe],
  ['tset', tset],
  [':', method],
  ['tail!', tail],
  ['lua', lua],
  ['comment', comment],
  ['quote', quote],
  ['unquote', unquote],
  ['macro', macro],
  ['macros', macros],
  ['import-macros', importMacros],
  ['require-macros', requireMacros],
  ['eval-compiler', evalCompiler],
  ['macrodebug', macrodebug],
  ['include', include],
  ['assert-repl', assertRepl],
]);

/** Special forms of code that runs in the compiler. */
export const compileTimeForms: ReadonlyMap<string, Special> = new Map([...specialForms, ...constructing]);
