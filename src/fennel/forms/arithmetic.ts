import type { Context, Special } from '../compiler/context.js';
import { strictOperands } from '../compiler/operands.js';
import {
  type Expression,
  literal,
  numberLiteral,
  operandRope,
  operation,
  Precedence,
  single,
} from '../lua-text/expression.js';
import { join, type Rope } from '../lua-text/rope.js';
import type { List } from '../node.js';
import { operandsOf } from './operands-of.js';

/** An operator that Lua writes between two operands. */
interface Operator {
  readonly lua: string;
  readonly precedence: number;
  readonly right?: boolean;
  /** Its value without operands; without one, that is an error. */
  readonly empty?: Expression;
  /** With one operand, what stands before the operator. */
  readonly before?: Expression;
  /** With one operand, an operator of its own. */
  readonly unary?: string;
}

const zero = numberLiteral('0');
const one = numberLiteral('1');
const minusOne = numberLiteral('-1');
const { add, multiply, power, concat, shift, band, bor, bxor, unary } = Precedence;

const operators: Record<string, Operator> = {
  '+': { lua: '+', precedence: add, empty: zero, before: zero },
  '-': { lua: '-', precedence: add, unary: '-' },
  '*': { lua: '*', precedence: multiply, empty: one, before: one },
  '/': { lua: '/', precedence: multiply, before: one },
  '//': { lua: '//', precedence: multiply, before: one },
  '%': { lua: '%', precedence: multiply },
  '^': { lua: '^', precedence: power, right: true },
  '..': { lua: '..', precedence: concat, right: true, empty: literal('""', 'string') },
  lshift: { lua: '<<', precedence: shift, before: one },
  rshift: { lua: '>>', precedence: shift, before: one },
  band: { lua: '&', precedence: band, empty: minusOne, before: minusOne },
  bor: { lua: '|', precedence: bor, empty: zero, before: zero },
  bxor: { lua: '~', precedence: bxor, empty: zero, before: zero },
};

/** `(+ a b c)` and the like: any number of operands. */
export const arithmetic: ReadonlyMap<string, Special> = new Map(
  Object.entries(operators).map(([name, operator]): [string, Special] => [
    name,
    { compile: (form, c, place) => [apply(operator, form, c, strictOperandsOf(form, c, place))] },
  ]),
);

function strictOperandsOf(form: List, c: Context, place: Parameters<typeof strictOperands>[2]): Expression[] {
  if (form.items.length === 2 && form.items[1]!.kind === 'varg') {
    c.fail(
      'vararg-operand',
      'tried to use vararg with operator',
      form,
      'an operator takes the operands that are written out: go through the values with accumulate',
    );
  }
  return strictOperands(c, operandsOf(form), place);
}

function apply(operator: Operator, form: List, c: Context, operands: readonly Expression[]): Expression {
  const line = form.pos.line;
  const [first, second] = operands;
  if (first === undefined) {
    return (
      operator.empty ??
      c.fail(
        'operands-expected',
        'expected more than 0 arguments',
        form,
        'this operator has no value by itself',
      )
    );
  }
  if (second !== undefined)
    return operator.right === true ? chainRight(operator, operands, line) : chain(operator, operands, line);
  if (operator.unary !== undefined) {
    return operation([line, operator.unary, operandRope(first, unary)], unary, [first]);
  }
  return operator.before === undefined ? single(first) : chain(operator, [operator.before, first], line);
}

/** `a + b + c`, which Lua reads from the left. */
function chain(operator: Operator, operands: readonly Expression[], line: number): Expression {
  const { lua, precedence } = operator;
  const parts: Rope[] = operands.flatMap((operand, i) =>
    i === 0 ? [operandRope(operand, precedence - 1)] : [line, ` ${lua} `, operandRope(operand, precedence)],
  );
  return operation(parts, precedence, operands);
}

/** Operands of a chain that Lua reads from the right and so nests; longer chains are grouped. */
const longestRight = 16;

function chainRight(operator: Operator, operands: readonly Expression[], line: number): Expression {
  const { lua, precedence } = operator;
  if (operands.length > longestRight && lua === '..') {
    const groups: Expression[] = [];
    for (let i = 0; i < operands.length; i += longestRight) {
      const group = operands.slice(i, i + longestRight);
      groups.push(group.length === 1 ? group[0]! : chainRight(operator, group, line));
    }
    return chainRight(operator, groups, line);
  }
  const parts = operands.map((operand, i) =>
    operandRope(operand, i === operands.length - 1 ? precedence - 1 : precedence),
  );
  const rope = join(
    parts.map((part, i): Rope => (i === 0 ? part : [line, part])),
    ` ${lua} `,
  );
  return operation(rope, precedence, operands, operands.length);
}
