import type { FennelError } from '../errors.js';
import type { LuaFunction } from '../lua-text/block.js';
import { maxUpvalues } from '../lua-text/block.js';
import {
  constantName,
  type Expression,
  fieldAccess,
  fieldsOf,
  literal,
  variableName,
} from '../lua-text/expression.js';
import { isLuaName } from '../lua-text/literal.js';
import type { Rope } from '../lua-text/rope.js';
import type { Sym } from '../node.js';
import { multisym } from '../scope/multisym.js';
import type { Binding, Scope } from '../scope/scope.js';
import { nearestName } from '../scope/suggest.js';
import type { Context } from './context.js';

/** The expression a symbol stands for: a local, a global, or a field reached from one. */
export function symbolExpression(c: Context, symbol: Sym, scope: Scope): Expression {
  if (symbol.name === 'nil') return literal([symbol.pos.line, 'nil'], 'nil');
  const multi = multisym(symbol.name);
  if (multi?.method === true) {
    c.fail(
      'method-outside-call',
      `multisym method calls may only be in call position: ${symbol.name}`,
      symbol,
      'use a dot to refer to the field, or put parentheses around it to call the method',
    );
  }
  const [root, ...fields] = multi?.parts ?? [symbol.name];
  return fieldsOf(variable(c, root!, symbol, scope), fields, symbol.name);
}

/** What `name` alone stands for, where `symbol` was written. */
export function variable(c: Context, name: string, symbol: Sym, scope: Scope): Expression {
  const known = argumentName(name, scope);
  checkValue(c, known, symbol);
  const line = symbol.pos.line;
  const binding = c.locals.get(known);
  if (binding !== undefined) return reference(c, binding, [line, binding.reference], symbol, scope);
  if (!isGlobal(c, known)) return unknownName(c, known, symbol);
  return variableName([line, globalReference(c, known, scope)], false);
}

/** `$` is another name of `$1` in a hashfn. */
export function argumentName(name: string, scope: Scope): string {
  return name === '$' && scope.inHashfn ? '$1' : name;
}

/** Whether a symbol that is a plain name is a local which keeps its value. */
export function localOf(c: Context, symbol: Sym, scope: Scope): Binding | undefined {
  return c.locals.get(argumentName(symbol.name, scope));
}

function reference(c: Context, binding: Binding, rope: Rope, symbol: Sym, scope: Scope): Expression {
  binding.used = true;
  capture(c, binding, scope.fn, symbol);
  if (!binding.mutable) return constantName(rope);
  const late = binding.changedByClosure && !binding.spilled && binding.fn === scope.fn;
  return variableName(rope, late, symbol.name);
}

/** Notes that a function uses a local of one around it, which Lua allows only so often. */
export function capture(c: Context, binding: Binding, fn: LuaFunction, symbol: Sym): void {
  if (binding.fn === fn || binding.fn === c.unknownFunction) return;
  const root = binding.spilled
    ? binding.reference.slice(0, binding.reference.indexOf('['))
    : binding.reference;
  for (
    let user: LuaFunction | undefined = fn;
    user !== undefined && user !== binding.fn;
    user = user.parent
  ) {
    if (user.upvalues.has(root)) return;
    user.upvalues.add(root);
    if (user.upvalues.size > maxUpvalues) {
      c.fail(
        'too-many-upvalues',
        `one function uses more than ${maxUpvalues} locals of the functions around it`,
        symbol,
        'keep some of them in a table, or split the function',
      );
    }
  }
}

/** Lua for a global. A local of the same Lua name would hide it, so then it is reached through `_ENV`. */
export function globalReference(c: Context, name: string, scope: Scope): string {
  if (scope.parent !== undefined && scope.fn !== scope.parent.fn) scope.parent.noteGlobal(name);
  return isLuaName(name) && !c.names.has(name) ? name : `_ENV${fieldAccess(name)}`;
}

/** Refuses the names of macros and special forms, which have no value. */
export function checkValue(c: Context, name: string, symbol: Sym): void {
  if (c.findMacro(name) !== undefined) {
    c.fail(
      'macro-as-value',
      `tried to reference a macro without calling it: ${name}`,
      symbol,
      'call it, or give the local another name than the macro has',
    );
  }
  if (c.specials.has(name)) {
    c.fail(
      'special-as-value',
      `tried to reference a special form without calling it: ${name}`,
      symbol,
      'operators come first, as in (+ 1 2); to pass one on, wrap it in a function, as in #(+ $1 $2)',
    );
  }
}

function unknownName(c: Context, name: string, symbol: Sym): Expression {
  c.report(unknownNameError(c, name, symbol));
  return constantName('nil');
}

/** `called`: the name stands where a macro or a special form could. */
export function unknownNameError(c: Context, name: string, symbol: Sym, called = false): FennelError {
  const nearest = nearestName(name, knownNames(c, called));
  const advice =
    nearest === undefined ? 'declare it with local, let or fn before using it' : `did you mean ${nearest}?`;
  return c.error(
    'unknown-identifier',
    `unknown identifier: ${name}`,
    symbol,
    `${advice} (a global that exists only at run time is written _G.${name})`,
  );
}

function* knownNames(c: Context, called: boolean): Iterable<string> {
  for (const [name] of c.locals.entries()) yield name;
  yield* c.globals.names();
  if (!called) return;
  yield* c.macroNames();
  yield* c.specials.keys();
}

/** Whether a name means something as a value. */
export function isKnown(c: Context, name: string, scope: Scope): boolean {
  const known = argumentName(name, scope);
  return c.locals.has(known) || isGlobal(c, known);
}

/** The tables of all globals are known always: they are the way to a global that is not listed. */
function isGlobal(c: Context, name: string): boolean {
  return c.globals.has(name) || name === '_G' || name === '_ENV';
}
