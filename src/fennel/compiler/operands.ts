import type { Block } from '../lua-text/block.js';
import { constantName, type Expression, nil } from '../lua-text/expression.js';
import type { Node } from '../node.js';
import type { Context, Place } from './context.js';
import type { AllValues, Delivering, Destination, Values } from './destination.js';
import { allValues, isDelivering, oneValue, wrapsOn } from './destination.js';
import { save, temporary } from './temporary.js';

/** A compiled operand and the statements that must run before it, if there are any. */
export interface Operand {
  readonly expression: Expression;
  readonly block: Block | undefined;
  readonly line: number;
}

/** Whether statements must run before the operand. */
export function needsStatements(operand: Operand): boolean {
  return operand.block !== undefined && !operand.block.empty;
}

/** The operand in a temporary, which is set before anything that follows. */
export function keep(operand: Operand, around: Block): Operand {
  if (operand.expression.stable) return operand;
  const block = operand.block ?? around.child();
  return { expression: save(operand.expression, block, operand.line), block, line: operand.line };
}

/** Deeper expressions are taken apart with a temporary: Lua's parser stops at 200 levels. */
const maxExpressionLevel = 50;

/** With more operands than this, a call is not repeated in the branches of its last argument. */
const maxRepeated = 24;

/** A branch is part of at most so many calls around it: each is written out in each branch. */
const maxWraps = 6;

/** Compiles a form to one expression of one value; its statements go to the block of the place. */
export function value(c: Context, node: Node, place: Place): Expression {
  const expression = c.compile(node, place, oneValue)![0]!;
  return expression.level > maxExpressionLevel ? save(expression, place.block, node.pos.line) : expression;
}

/** Compiles a form to one value, apart from the operands around it. */
export function operand(c: Context, node: Node, place: Place): Operand {
  const line = node.pos.line;
  if (isAtom(node)) return { expression: value(c, node, place), block: undefined, line };
  const block = place.block.child();
  return { expression: value(c, node, { scope: place.scope, block }), block, line };
}

/** What never needs a statement. */
function isAtom(node: Node): boolean {
  return node.kind !== 'list' && node.kind !== 'sequence' && node.kind !== 'table';
}

/**
 * Compiles operands strictly from left to right, each to one value. Lua itself evaluates the parts of an expression
 * in order; but when an operand needs statements, those before it are evaluated into temporaries first.
 */
export function operands(c: Context, nodes: readonly Node[], place: Place): Expression[] {
  return settle(
    nodes.map((node) => operand(c, node, place)),
    place.block,
  );
}

/**
 * As `operands`, for the operators, comparisons and indices that read a local variable only when everything else is
 * evaluated: a variable that a call to its right may change is saved.
 */
export function strictOperands(c: Context, nodes: readonly Node[], place: Place): Expression[] {
  const compiled = nodes.map((node) => operand(c, node, place));
  const last = compiled.findLastIndex((each) => each.expression.effects);
  return settle(
    compiled.map((each, i) => (i < last && each.expression.late ? keep(each, place.block) : each)),
    place.block,
  );
}

/** Puts the operands' statements into `block` in order, saving what must not be evaluated after them. */
export function settle(compiled: readonly Operand[], block: Block): Expression[] {
  const last = compiled.findLastIndex(needsStatements);
  return compiled.map((each, i) => {
    if (each.block !== undefined) block.splice(each.block);
    return i < last && !each.expression.stable ? save(each.expression, block, each.line) : each.expression;
  });
}

/**
 * Compiles operands of which the last may give any number of values, and builds a form of them: a call, a table, a
 * list of values. When the last one is a conditional, the form is built in each of its branches.
 */
export function spread(
  c: Context,
  first: readonly Operand[],
  nodes: readonly Node[],
  place: Place,
  to: Destination,
  build: (values: Values) => Values,
): Values | undefined {
  const before = [...first, ...nodes.slice(0, -1).map((node) => operand(c, node, place))];
  const last = nodes.at(-1);
  if (last === undefined) return build(settle(before, place.block));
  if (isAtom(last)) {
    const values = c.compile(last, place, allValues)!;
    return build([...settle(before, place.block), ...values]);
  }

  const block = place.block.child();
  const branching = new Branching(before, place.block, to, build, last.pos.line);
  const values = c.compile(last, { scope: place.scope, block }, branching);
  if (values === undefined) {
    place.block.splice(block);
    return branching.result;
  }
  const tail = { expression: values[0] ?? nil, block, line: last.pos.line };
  const settled = settle([...before, tail], place.block);
  return build([...settled.slice(0, before.length), ...values]);
}

/** The way out for a last operand that cannot be one expression. */
class Branching implements AllValues {
  readonly kind = 'all';
  readonly canDistribute: boolean;
  readonly depth: number;
  /** What the whole form gave, once its operand was delivered. */
  result: Values | undefined;
  readonly #before: readonly Operand[];
  readonly #block: Block;
  readonly #to: Destination;
  readonly #build: (values: Values) => Values;
  readonly #line: number;

  constructor(
    before: readonly Operand[],
    block: Block,
    to: Destination,
    build: (values: Values) => Values,
    line: number,
  ) {
    this.depth = wrapsOn(to) + 1;
    this.canDistribute =
      before.length <= maxRepeated && this.depth <= maxWraps && (to.kind !== 'all' || to.canDistribute);
    this.#before = before;
    this.#block = block;
    this.#to = to;
    this.#build = build;
    this.#line = line;
  }

  distribute(): Delivering {
    const inner = this.#inner();
    const repeatable = this.#before.map((each) => {
      if (each.block !== undefined) this.#block.splice(each.block);
      return isRepeatable(each.expression) ? each.expression : save(each.expression, this.#block, each.line);
    });
    return {
      kind: 'wrap',
      inner,
      build: (values) => this.#build([...repeatable, ...values]),
      depth: this.depth,
    };
  }

  #inner(): Delivering {
    const to = this.#to;
    if (isDelivering(to)) return to;
    if (to.kind === 'all') return to.distribute();
    const target = temporary(this.#block, this.#line);
    this.result = [constantName(target)];
    return { kind: 'assign', targets: [target] };
  }
}

function isRepeatable(expression: Expression): boolean {
  return expression.stable && (typeof expression.rope !== 'string' || expression.rope.length <= 40);
}
