import { oneArgument } from '../compiler/arity.js';
import type { Context, Place, Special } from '../compiler/context.js';
import { assign } from '../compiler/deliver.js';
import { needsStatements, operand, type Operand, value } from '../compiler/operands.js';
import { temporary } from '../compiler/temporary.js';
import type { Block } from '../lua-text/block.js';
import {
  constantName,
  type Expression,
  literal,
  operandRope,
  operation,
  Precedence,
  single,
} from '../lua-text/expression.js';
import { join } from '../lua-text/rope.js';
import type { List } from '../node.js';
import { operandsOf } from './operands-of.js';

/** `(and a b …)`: the first operand that is false or nil, else the last. */
export const and: Special = {
  compile: (form, c, place) => [shortCircuit(form, c, place, 'and', literal('true', 'boolean'))],
};

/** `(or a b …)`: the first operand that is neither false nor nil, else the last. */
export const or: Special = {
  compile: (form, c, place) => [shortCircuit(form, c, place, 'or', literal('false', 'boolean'))],
};

/** `(not a)` */
export const not: Special = unary('not ');

/** `(length a)` */
export const length: Special = unary('#');

/** `(bnot a)` */
export const bnot: Special = unary('~');

function unary(lua: string): Special {
  return {
    compile(form, c, place) {
      const only = value(c, oneArgument(c, form), place);
      const rope = [form.pos.line, lua, operandRope(only, Precedence.unary)];
      return [operation(rope, Precedence.unary, [only])];
    },
  };
}

function shortCircuit(
  form: List,
  c: Context,
  place: Place,
  operator: 'and' | 'or',
  empty: Expression,
): Expression {
  if (form.items.length === 2 && form.items[1]!.kind === 'varg') {
    c.fail(
      'vararg-operand',
      'tried to use vararg with operator',
      form,
      'an operator takes the operands that are written out: go through the values with accumulate',
    );
  }
  const compiled = operandsOf(form).map((node) => operand(c, node, place));
  return compiled.length === 0 ? empty : decide(compiled, operator, place.block, form.pos.line);
}

/** Joins operands with `and` or `or`: each is evaluated only if those before it have not decided. */
export function decide(
  compiled: readonly Operand[],
  operator: 'and' | 'or',
  block: Block,
  line: number,
): Expression {
  const [first] = compiled;
  if (first!.block !== undefined) block.splice(first!.block);
  const from = compiled.findIndex((each, i) => i > 0 && needsStatements(each));
  return from === -1 ? joined(compiled, operator) : withStatements(compiled, from, operator, block, line);
}

function joined(compiled: readonly Operand[], operator: 'and' | 'or'): Expression {
  const operands = compiled.map((each) => each.expression);
  if (operands.length === 1) return single(operands[0]!);
  const precedence = Precedence[operator];
  const parts = operands.map((each) => operandRope(each, precedence - 1));
  return operation(join(parts, ` ${operator} `), precedence, operands);
}

/** The statements of an operand run only if the operands before it have not decided. */
function withStatements(
  compiled: readonly Operand[],
  from: number,
  operator: 'and' | 'or',
  block: Block,
  line: number,
): Expression {
  const target = temporary(block, line);
  assign([target], [joined(compiled.slice(0, from), operator)], block, line);
  for (let at = from; at < compiled.length; ) {
    let end = at + 1;
    while (end < compiled.length && !needsStatements(compiled[end]!)) end++;
    const inner = compiled[at]!.block!;
    assign([target], [joined(compiled.slice(at, end), operator)], inner, compiled[at]!.line);
    const test = operator === 'and' ? target : `not ${target}`;
    block.add([line, `if ${test} then `, inner.close(), 'end '], inner.level);
    at = end;
  }
  return constantName(target);
}
