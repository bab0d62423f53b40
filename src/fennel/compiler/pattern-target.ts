import type { Block } from '../lua-text/block.js';
import { type Expression, fieldsOf, indexOf } from '../lua-text/expression.js';
import type { Rope } from '../lua-text/rope.js';
import type { List, Node, Sym } from '../node.js';
import { mangle, uniqueName } from '../scope/mangle.js';
import { multisym } from '../scope/multisym.js';
import type { Context, Place } from './context.js';
import { keep, type Operand, operand, settle } from './operands.js';
import {
  argumentName,
  capture,
  checkValue,
  globalReference,
  isKnown,
  unknownNameError,
  variable,
} from './symbol.js';

/** How the names of a pattern get their values. */
export type BindMode =
  | { readonly kind: 'declare'; readonly mutable: boolean }
  | { readonly kind: 'set'; readonly forced: boolean }
  | { readonly kind: 'global' };

/** A place in Lua that a name of a pattern stands for. */
export interface Target {
  readonly reference: Rope;
  /** The Lua name to be declared with `local`, if there is one. */
  readonly declares?: string;
  /** Makes the name known to the code that follows. */
  readonly finish: () => void;
}

/** A target that is a local of Lua, or a field of a spill table. */
export interface LocalTarget extends Target {
  readonly reference: string;
}

const nothing = (): void => {};

/** A target of the compiler's own, for a value to be taken apart. */
export function temporaryTarget(block: Block, named = false): LocalTarget {
  if (block.full && !named) return { reference: block.spill().reference, finish: nothing };
  const name = block.names.temporary();
  block.reserve(name);
  return { reference: name, declares: name, finish: nothing };
}

/** The target a symbol of a pattern stands for. */
export function symbolTarget(c: Context, symbol: Sym, place: Place, mode: BindMode, form: Node): Target {
  if (mode.kind === 'set') return setTarget(c, symbol, place, mode.forced);
  if (multisym(symbol.name) !== undefined) {
    c.fail(
      'unexpected-multisym',
      `unexpected multi symbol ${symbol.name}`,
      symbol,
      'a name being declared has no dots or colons; to set a field use set or tset',
    );
  }
  if (mode.kind === 'global') return globalTarget(c, symbol, place);
  checkName(c, symbol, form);
  return localTarget(c, symbol, place, { mutable: mode.mutable }, form);
}

/** Refuses names that cannot be declared: of macros and special forms, not hygienic, reserved. */
export function checkName(c: Context, symbol: Sym, form: Node): void {
  const { name } = symbol;
  if (name.includes('&')) {
    c.fail(
      'invalid-name',
      `invalid character: &: ${name}`,
      symbol,
      'choose a name without &, which binding forms use',
    );
  }
  if (name.startsWith('.')) {
    c.fail(
      'invalid-name',
      `invalid character: .: ${name}`,
      symbol,
      'choose a name that does not begin with a dot',
    );
  }
  if (c.specials.has(name) || c.findMacro(name) !== undefined) {
    c.fail(
      'name-overshadowed',
      `local ${name} was overshadowed by a special form or macro`,
      form,
      'give the local another name',
    );
  }
  if (symbol.quoted === true) {
    c.fail(
      'name-without-gensym',
      `macro tried to bind ${name} without gensym`,
      symbol,
      `write ${name}# in the quoted form, so that the name cannot clash with one at the place of the call`,
    );
  }
}

/** What kind of local is declared. */
export interface LocalKind {
  readonly mutable: boolean;
  /** Known at once, as a function's name or a parameter is: no value was compiled that could mean a global by it. */
  readonly bare?: boolean;
  /** Must be a name in Lua, however many locals there are. */
  readonly named?: boolean;
}

/** Takes a Lua name for a new local and tells how to make it known. */
export function localTarget(c: Context, symbol: Sym, place: Place, kind: LocalKind, form: Node): LocalTarget {
  const { block, scope } = place;
  const { name } = symbol;
  const spilled = block.full && kind.named !== true;
  const reference = spilled
    ? block.spill().reference
    : uniqueName(mangle(sourceName(symbol)), (lua) => c.names.has(lua));
  if (!spilled) {
    block.reserve(reference);
    if (reference !== name) c.names.sources.set(reference, sourceName(symbol));
  }
  const finish = (): void => {
    if (kind.bare !== true && scope.hasGlobal(name)) {
      c.fail(
        'global-aliased',
        `use of global ${name} is aliased by a local`,
        form,
        `rename the local, or write _G.${name} where the global is meant`,
      );
    }
    define(c, name, { reference, spilled, mutable: kind.mutable }, place);
  };
  return { reference, declares: spilled ? undefined : reference, finish };
}

export function define(
  c: Context,
  name: string,
  how: { reference: string; spilled: boolean; mutable: boolean },
  place: Place,
): void {
  c.locals.define(name, { name, ...how, fn: place.scope.fn, changedByClosure: false, used: false });
}

/** The name an author would recognise: without what makes a generated name unique. */
export function sourceName(symbol: Sym): string {
  const end = symbol.name.indexOf('~');
  return end === -1 ? symbol.name : symbol.name.slice(0, end);
}

/** A global is no new name, which a macro's quoted form may mention as it is. */
function globalTarget(c: Context, symbol: Sym, place: Place): Target {
  const { name } = symbol;
  checkValue(c, name, symbol);
  if (c.locals.has(name) || c.names.has(name)) {
    c.fail('global-conflict', `global ${name} conflicts with local`, symbol, `rename the local ${name}`);
  }
  c.globals.add(name);
  return { reference: globalReference(c, name, place.scope), finish: nothing };
}

function setTarget(c: Context, symbol: Sym, place: Place, forced: boolean): Target {
  const multi = multisym(symbol.name);
  if (multi?.method === true || symbol.name.includes(':')) {
    c.fail('set-of-method', `cannot set method sym ${symbol.name}`, symbol, 'use a dot to set the field');
  }
  const [root, ...fields] = multi?.parts ?? [symbol.name];
  const name = argumentName(root!, place.scope);
  const binding = c.locals.get(name);
  if (binding === undefined && !forced && !isKnown(c, name, place.scope)) {
    const { hint } = unknownNameError(c, name, symbol);
    c.fail('set-of-unknown', `expected local ${name}`, symbol, hint);
  }
  if (fields.length > 0) {
    const table = fieldsOf(variable(c, name, symbol, place.scope), fields.slice(0, -1), symbol.name);
    return { reference: indexOf(table, fields.at(-1)!).rope, finish: nothing };
  }
  if (binding === undefined) {
    checkValue(c, name, symbol);
    return { reference: globalReference(c, name, place.scope), finish: nothing };
  }
  if (!binding.mutable && !forced) {
    c.fail(
      'set-of-constant',
      `expected var ${name}`,
      symbol,
      `declare ${name} with var instead of let, local or fn, or bind a new local`,
    );
  }
  binding.mutable = true;
  capture(c, binding, place.scope.fn, symbol);
  if (binding.fn !== place.scope.fn) binding.changedByClosure = true;
  return { reference: binding.reference, finish: nothing };
}

/** The target `(. table key …)` of a set form. Its parts are evaluated now, into temporaries if need be. */
export function dynamicTarget(c: Context, pattern: List, place: Place, mode: BindMode): Target {
  const parts = dynamicParts(c, pattern, place, mode);
  const settled = settle(
    parts.map((part, i) => (i === 0 ? part : keep(part, place.block))),
    place.block,
  );
  return { reference: dynamicReference(settled).rope, finish: nothing };
}

/** The table and the keys of `(. table key …)`, compiled but not yet in place. */
export function dynamicParts(c: Context, pattern: List, place: Place, mode: BindMode): Operand[] {
  const [, table, ...keys] = pattern.items;
  if (mode.kind !== 'set') {
    c.fail(
      'dynamic-declaration',
      'cannot declare dynamic binding',
      pattern,
      'use set to change a field of a table',
    );
  }
  if (table?.kind !== 'sym') {
    c.fail('set-of-literal', 'dynamic set needs symbol target', pattern, 'bind the table to a local first');
  }
  if (keys.length === 0) {
    c.fail('set-without-key', 'dynamic set needs at least one key', pattern, 'add the key to be set');
  }
  return [table, ...keys].map((each) => operand(c, each, place));
}

export function dynamicReference([table, ...keys]: readonly Expression[]): Expression {
  return keys.reduce<Expression>((from, key) => indexOf(from, key), table!);
}
