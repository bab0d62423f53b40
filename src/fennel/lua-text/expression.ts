import { isLuaName, luaString } from './literal.js';
import type { Rope } from './rope.js';

/** A Lua expression and what the compiler must know to place it. */
export interface Expression {
  readonly rope: Rope;
  /** How tightly it binds, from `Precedence`. */
  readonly precedence: number;
  /** How many levels of Lua's recursive parser it takes. */
  readonly level: number;
  /** Registers that evaluating it takes at most, beside those of the locals. */
  readonly registers: number;
  /** May stand for any number of values: a call, `...`, raw Lua. */
  readonly multi: boolean;
  /** Gives the same value whenever it is evaluated, has no effect, and may be written twice. */
  readonly stable: boolean;
  /** Evaluating it may do something: run code, raise an error. */
  readonly effects: boolean;
  /** A variable of this function that a closure changes: Lua reads it late, after the operands to its right. */
  readonly late: boolean;
  /** What the source calls it, for error messages at run time should it be kept in a temporary. */
  readonly source: string | undefined;
  /** A call, which Lua also takes as a statement. */
  readonly call: boolean;
  /** A literal, by what it is: it cannot be called, and (but for tables and functions) not be destructured. */
  readonly literal: 'nil' | 'boolean' | 'number' | 'string' | 'table' | 'function' | undefined;
}

export const Precedence = {
  or: 1,
  and: 2,
  comparison: 3,
  bor: 4,
  bxor: 5,
  band: 6,
  shift: 7,
  concat: 9,
  add: 10,
  multiply: 11,
  unary: 12,
  power: 14,
  /** Needs no parentheses as an operand, but does to be called or indexed. */
  simple: 19,
  /** A name, an index, a call or something in parentheses: may be called and indexed. */
  prefix: 20,
} as const;

/** Every expression is made here, all with the same fields in the same order, which keeps them fast. */
function make(
  rope: Rope,
  precedence: number,
  level: number,
  registers: number,
  multi: boolean,
  stable: boolean,
  effects: boolean,
  late = false,
  call = false,
  literal?: Expression['literal'],
  source?: string,
): Expression {
  return { rope, precedence, level, registers, multi, stable, effects, late, call, literal, source };
}

export function literal(rope: Rope, kind: 'nil' | 'boolean' | 'string'): Expression {
  return make(rope, Precedence.simple, 1, 1, false, true, false, false, false, kind);
}

export function numberLiteral(text: string, rope: Rope = text): Expression {
  const precedence = text.charCodeAt(0) === 45 ? Precedence.unary : Precedence.simple;
  return make(rope, precedence, 1, 1, false, true, false, false, false, 'number');
}

export const nil: Expression = literal('nil', 'nil');

/** A name that keeps its value: a local that is never set, or a temporary. */
export function constantName(rope: Rope): Expression {
  return make(rope, Precedence.prefix, 1, 1, false, true, false);
}

/** A name whose value may change: a variable, an upvalue that is one, a global. */
export function variableName(rope: Rope, late: boolean, source?: string): Expression {
  return make(rope, Precedence.prefix, 1, 1, false, false, false, late, false, undefined, source);
}

/** `...` */
export function varargs(rope: Rope = '...'): Expression {
  return make(rope, Precedence.simple, 1, 1, true, true, false);
}

/** Lua the author wrote as an expression: nothing is known of it. */
export function rawExpression(rope: Rope): Expression {
  return make(rope, 0, 4, 8, true, false, true);
}

export function functionLiteral(rope: Rope, level: number): Expression {
  return make(rope, Precedence.simple, level, 1, false, false, false, false, false, 'function');
}

/** Lua puts items of a table into it whenever so many have gathered. */
const itemsInRegisters = 50;

export function tableLiteral(rope: Rope, contents: readonly Expression[]): Expression {
  const effects = contents.some((each) => each.effects);
  const level = deepest(contents) + 1;
  const registers = Math.min(contents.length, itemsInRegisters) + 1 + widest(contents);
  return make(rope, Precedence.simple, level, registers, false, false, effects, false, false, 'table');
}

export function callOf(callee: Expression, args: readonly Expression[], line: number): Expression {
  return callWith([line, prefixRope(callee), '(', ropeList(args), ')'], callee, args);
}

export function methodCallOf(
  receiver: Expression,
  method: string,
  args: readonly Expression[],
  line: number,
): Expression {
  return callWith([line, prefixRope(receiver), `:${method}(`, ropeList(args), ')'], receiver, args);
}

function callWith(rope: Rope, prefix: Expression, args: readonly Expression[]): Expression {
  const level = Math.max(prefix.level, deepest(args) + 1);
  const registers = Math.max(prefix.registers, span(args) + 2);
  return make(rope, Precedence.prefix, level, registers, true, false, true, false, true);
}

/** `table.key` or `table[key]`, looked up on a line of the source. */
export function indexOf(table: Expression, key: Expression | string, line?: number): Expression {
  return index(table, key, undefined, line);
}

/** `root.a.b`, which the source calls `source`. */
export function fieldsOf(root: Expression, fields: readonly string[], source: string): Expression {
  let expression = root;
  for (const field of fields) expression = index(expression, field, source);
  return expression;
}

function index(
  table: Expression,
  key: Expression | string,
  source: string | undefined,
  line?: number,
): Expression {
  const access = typeof key === 'string' ? fieldAccess(key) : ['[', bracketRope(key), ']'];
  const level = Math.max(table.level, typeof key === 'string' ? 0 : key.level + 1);
  const rope = line === undefined ? [prefixRope(table), access] : [prefixRope(table), line, access];
  const registers = Math.max(table.registers, typeof key === 'string' ? 0 : key.registers + 1);
  return make(rope, Precedence.prefix, level, registers, false, false, true, false, false, undefined, source);
}

/** Fit to stand in brackets: raw Lua might begin with one itself, and two in a row begin a long string. */
export function bracketRope(key: Expression): Rope {
  return key.precedence === 0 ? ['(', key.rope, ')'] : key.rope;
}

/** `.name`, or `["any name"]`. */
export function fieldAccess(name: string): string {
  return isLuaName(name) ? `.${name}` : `[${luaString(name)}]`;
}

/** An operation; `rope` is made of operands already wrapped with `operandRope`. */
export function operation(
  rope: Rope,
  precedence: number,
  operands: readonly Expression[],
  extraLevel = 1,
): Expression {
  const registers = extraLevel === 1 ? widest(operands) + 1 : span(operands);
  return make(rope, precedence, deepest(operands) + extraLevel, registers, false, false, true);
}

/** Exactly one value: in parentheses when it could be more. */
export function single(expression: Expression): Expression {
  if (!expression.multi) return expression;
  const { rope, level, registers, stable, effects } = expression;
  return make(['(', rope, ')'], Precedence.prefix, level + 1, registers, false, stable, effects);
}

/** The same, to be treated as if its value could not change. */
export function asStable(expression: Expression): Expression {
  const { rope, precedence, level, registers, multi, effects, call, literal: kind, source } = expression;
  return make(rope, precedence, level, registers, multi, true, effects, false, call, kind, source);
}

/** In parentheses unless it binds tighter than `precedence`. */
export function operandRope(expression: Expression, precedence: number): Rope {
  return expression.precedence > precedence ? expression.rope : ['(', expression.rope, ')'];
}

/** Fit to be called or indexed. */
export function prefixRope(expression: Expression): Rope {
  return expression.precedence >= Precedence.prefix ? expression.rope : ['(', expression.rope, ')'];
}

/** The expressions with commas between them. */
export function ropeList(expressions: readonly Expression[]): Rope {
  if (expressions.length === 1) return expressions[0]!.rope;
  const list: Rope[] = [];
  for (const each of expressions) {
    if (list.length > 0) list.push(', ');
    list.push(each.rope);
  }
  return list;
}

export function deepest(expressions: readonly Expression[]): number {
  let level = 0;
  for (const each of expressions) if (each.level > level) level = each.level;
  return level;
}

/** Registers for a list of values: each stays in its own while those after it are evaluated. */
export function span(expressions: readonly Expression[]): number {
  let registers = 0;
  for (let i = 0; i < expressions.length; i++) {
    const needed = i + expressions[i]!.registers;
    if (needed > registers) registers = needed;
  }
  return registers;
}

function widest(expressions: readonly Expression[]): number {
  let registers = 0;
  for (const each of expressions) if (each.registers > registers) registers = each.registers;
  return registers;
}
