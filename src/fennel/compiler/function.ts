import { Block, LuaFunction } from '../lua-text/block.js';
import { type Expression, functionLiteral } from '../lua-text/expression.js';
import type { Rope } from '../lua-text/rope.js';
import type { List } from '../node.js';
import type { Context, Place } from './context.js';
import { deliver } from './deliver.js';
import { toReturn, type Values } from './destination.js';
import { inScope } from './scoped.js';

/** Lua allows 200 locals a function, parameters among them. */
const maxParameters = 150;

/** A Lua function as text, up to where it is named or not. */
export interface FunctionText {
  readonly parameters: readonly string[];
  readonly body: Rope;
  /** Levels of Lua's recursive parser for the whole. */
  readonly level: number;
}

/**
 * Writes a Lua function. `write` declares the parameters in its place and compiles the body; it gives the parameter
 * list, and values that are still to be returned.
 */
export function writeFunction(
  c: Context,
  form: List,
  place: Place,
  options: { readonly varargs: boolean; readonly hash: boolean },
  write: (place: Place) => { parameters: () => readonly string[]; values: Values | undefined },
): FunctionText {
  const fn = new LuaFunction(place.scope.fn, options.varargs, options.hash);
  const block = new Block(fn, c.names);
  const inHashfn = options.hash ? true : undefined;
  const { parameters, values } = inScope(c, block, place.scope, write, inHashfn);
  if (values !== undefined && values.length > 0) deliver(values, toReturn, block, form.pos.line);
  const list = parameters();
  if (list.length > maxParameters) {
    c.fail(
      'too-many-parameters',
      `expected at most ${maxParameters} parameters, found ${list.length}`,
      form,
      'pass a table instead, and destructure it',
    );
  }
  return {
    parameters: list,
    body: [block.close(), form.pos.endLine ?? form.pos.line],
    level: block.level,
  };
}

/** The function as an expression. */
export function functionExpression(text: FunctionText, line: number): Expression {
  return functionLiteral(
    [line, `function(${text.parameters.join(', ')}) `, text.body, 'end'],
    text.level + 1,
  );
}

/** The function as a statement that declares a local, which the function itself can refer to. */
export function localFunction(name: string, text: FunctionText, line: number): Rope {
  return [line, `local function ${name}(${text.parameters.join(', ')}) `, text.body, 'end '];
}
