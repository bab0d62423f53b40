import { isLuaName, luaString } from './literal.js';
import { join, type Rope } from './rope.js';

/** A Lua expression and what the compiler must know to place it. */
export interface Expression {
  readonly rope: Rope;
  /** How tightly it binds, from `Precedence`. */
  readonly precedence: number;
  /** How many levels of Lua's recursive parser it takes. */
  readonly level: number;
  /** May stand for any number of values: a call, `...`, raw Lua. */
  readonly multi: boolean;
  /** Gives the same value whenever it is evaluated, has no effect, and may be written twice. */
  readonly stable: boolean;
  /** Evaluating it may do something: run code, raise an error. */
  readonly effects: boolean;
  /** A variable of this function that a closure changes: Lua reads it late, after the operands to its right. */
  readonly late?: boolean;
  /** What the source calls it, for error messages at run time should it be kept in a temporary. */
  readonly source?: string;
  /** A call, which Lua also takes as a statement. */
  readonly call?: boolean;
  /** A literal, by what it is: it cannot be called, and (but for tables and functions) not be destructured. */
  readonly literal?: 'nil' | 'boolean' | 'number' | 'string' | 'table' | 'function';
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

const plain = { level: 1, multi: false, stable: true, effects: false } as const;

export function literal(rope: Rope, kind: 'nil' | 'boolean' | 'string'): Expression {
  return { ...plain, rope, precedence: Precedence.simple, literal: kind };
}

export function numberLiteral(text: string): Expression {
  const precedence = text[0] === '-' ? Precedence.unary : Precedence.simple;
  return { ...plain, rope: text, precedence, literal: 'number' };
}

export const nil: Expression = literal('nil', 'nil');

/** A name that keeps its value: a local that is never set, or a temporary. */
export function constantName(rope: Rope): Expression {
  return { ...plain, rope, precedence: Precedence.prefix };
}

/** A name whose value may change: a variable, an upvalue that is one, a global. */
export function variableName(rope: Rope, late: boolean): Expression {
  return { ...plain, rope, precedence: Precedence.prefix, stable: false, late };
}

export const varargs: Expression = {
  rope: '...',
  precedence: Precedence.simple,
  level: 1,
  multi: true,
  stable: true,
  effects: false,
};

/** Lua the author wrote as an expression: nothing is known of it. */
export function rawExpression(rope: Rope): Expression {
  return { rope, precedence: 0, level: 4, multi: true, stable: false, effects: true };
}

export function functionLiteral(rope: Rope, level: number): Expression {
  return {
    rope,
    precedence: Precedence.simple,
    level,
    multi: false,
    stable: false,
    effects: false,
    literal: 'function',
  };
}

export function tableLiteral(rope: Rope, contents: readonly Expression[]): Expression {
  return {
    rope,
    precedence: Precedence.simple,
    level: deepest(contents) + 1,
    multi: false,
    stable: false,
    effects: contents.some((each) => each.effects),
    literal: 'table',
  };
}

export function callOf(callee: Expression, args: readonly Expression[], line: number): Expression {
  const rope = [prefixRope(callee), line, '(', join(ropes(args), ', '), ')'];
  return callWith(rope, callee, args);
}

export function methodCallOf(
  receiver: Expression,
  method: string,
  args: readonly Expression[],
  line: number,
): Expression {
  const rope = [prefixRope(receiver), line, `:${method}(`, join(ropes(args), ', '), ')'];
  return callWith(rope, receiver, args);
}

function callWith(rope: Rope, prefix: Expression, args: readonly Expression[]): Expression {
  return {
    rope,
    precedence: Precedence.prefix,
    level: Math.max(prefix.level, deepest(args) + 1),
    multi: true,
    stable: false,
    effects: true,
    call: true,
  };
}

/** `table.key` or `table[key]`. */
export function indexOf(table: Expression, key: Expression | string): Expression {
  const access = typeof key === 'string' ? fieldAccess(key) : ['[', bracketRope(key), ']'];
  return {
    rope: [prefixRope(table), access],
    precedence: Precedence.prefix,
    level: Math.max(table.level, typeof key === 'string' ? 0 : key.level + 1),
    multi: false,
    stable: false,
    effects: true,
  };
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
  return {
    rope,
    precedence,
    level: deepest(operands) + extraLevel,
    multi: false,
    stable: false,
    effects: true,
  };
}

/** Exactly one value: in parentheses when it could be more. */
export function single(expression: Expression): Expression {
  if (!expression.multi) return expression;
  return {
    ...expression,
    rope: ['(', expression.rope, ')'],
    precedence: Precedence.prefix,
    level: expression.level + 1,
    multi: false,
    call: false,
  };
}

/** In parentheses unless it binds tighter than `precedence`. */
export function operandRope(expression: Expression, precedence: number): Rope {
  return expression.precedence > precedence ? expression.rope : ['(', expression.rope, ')'];
}

/** Fit to be called or indexed. */
export function prefixRope(expression: Expression): Rope {
  return expression.precedence >= Precedence.prefix ? expression.rope : ['(', expression.rope, ')'];
}

export function ropes(expressions: readonly Expression[]): Rope[] {
  return expressions.map((each) => each.rope);
}

export function deepest(expressions: readonly Expression[]): number {
  let level = 0;
  for (const each of expressions) if (each.level > level) level = each.level;
  return level;
}
