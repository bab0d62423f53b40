import { body } from '../compiler/body.js';
import type { Context, Place, Special } from '../compiler/context.js';
import { type Delivering, isDelivering, toReturn } from '../compiler/destination.js';
import { functionExpression, writeFunction } from '../compiler/function.js';
import { value } from '../compiler/operands.js';
import { endsFunction, inScope } from '../compiler/scoped.js';
import { enclose, temporary } from '../compiler/temporary.js';
import type { Block } from '../lua-text/block.js';
import { callOf, constantName, varargs } from '../lua-text/expression.js';
import type { Rope } from '../lua-text/rope.js';
import type { List, Node } from '../node.js';

/** A condition and what it leads to; the last may have no condition. */
interface Clause {
  readonly test: Node | undefined;
  readonly result: Node;
}

/** `(if condition body … else?)` */
export const ifForm: Special = {
  compile(form, c, place, to) {
    const clauses = clausesOf(c, form, place);
    const line = form.pos.line;
    if (isDelivering(to)) {
      writeClauses(c, clauses, place, to, line);
      return undefined;
    }
    if (to.kind === 'one') {
      const target = temporary(place.block, line);
      writeClauses(c, clauses, place, { kind: 'assign', targets: [target] }, line, true);
      return [constantName(target)];
    }
    if (to.canDistribute) {
      writeClauses(c, clauses, place, to.distribute(), line);
      return undefined;
    }
    const { varargs: takesAll, hash } = place.scope.fn;
    const text = writeFunction(c, form, place, { varargs: takesAll, hash }, (inner) => {
      writeClauses(c, clauses, inner, toReturn, line);
      return { parameters: () => (takesAll ? ['...'] : []), values: undefined };
    });
    return [callOf(functionExpression(text, line), takesAll ? [varargs()] : [], line)];
  },
};

/** The clauses of the form; a conditional in its else is part of it, so that a long chain does not nest. */
function clausesOf(c: Context, form: List, place: Place): Clause[] {
  const clauses: Clause[] = [];
  let chain = form;
  for (;;) {
    const items = chain.items.slice(1);
    if (items.length < 2) {
      c.fail(
        'expected-condition',
        'expected condition and body',
        chain,
        'add a condition and what to do if it holds',
      );
    }
    for (let i = 0; i + 1 < items.length; i += 2) clauses.push({ test: items[i], result: items[i + 1]! });
    if (items.length % 2 === 0) {
      const last = clauses.at(-1)!;
      const certain = last.test?.kind === 'boolean' && last.test.value;
      if (certain) clauses[clauses.length - 1] = { test: undefined, result: last.result };
      return clauses;
    }
    const otherwise = c.expand(items.at(-1)!, place);
    if (!isIf(otherwise)) {
      clauses.push({ test: undefined, result: otherwise });
      return clauses;
    }
    chain = otherwise;
  }
}

function isIf(node: Node): node is List {
  return node.kind === 'list' && node.items[0]?.kind === 'sym' && node.items[0].name === 'if';
}

/**
 * Writes `if … elseif … else … end`. A later condition that needs statements begins a new `if`; the branches before
 * it then leave by a goto, so that the depth stays the same however many there are.
 */
function writeClauses(
  c: Context,
  clauses: readonly Clause[],
  place: Place,
  to: Delivering,
  line: number,
  nilAlready = false,
): void {
  const outer = place.block.child();
  const label = inScope(c, outer, place.scope, (inner) => {
    const chain = new Chain(c, inner, outer, to, line);
    for (const clause of clauses) chain.add(clause);
    const last = clauses.at(-1)!;
    if (last.test !== undefined && to.kind !== 'drop' && !nilAlready) {
      chain.add({ test: undefined, result: { kind: 'sym', name: 'nil', pos: last.result.pos } });
    }
    chain.end();
    return chain.label;
  });
  if (label === undefined || endsFunction(to)) place.block.splice(outer);
  else place.block.add([line, 'do ', outer.close(), `::${label}:: end `], outer.level);
}

/** The text of a conditional as it grows: segments of `if … end`, each begun by a condition that needs statements. */
class Chain {
  readonly #c: Context;
  readonly #place: Place;
  readonly #outer: Block;
  readonly #to: Delivering;
  readonly #line: number;
  #segment: Block;
  #text: Rope[] = [];
  #level = 0;
  /** Where the branches go that are not in the last segment. */
  label: string | undefined;
  /** By segment, the ends of its branches, where a goto may have to go. */
  readonly #exits: Rope[][][] = [[]];

  constructor(c: Context, place: Place, outer: Block, to: Delivering, line: number) {
    this.#c = c;
    this.#place = place;
    this.#outer = outer;
    this.#to = to;
    this.#line = line;
    this.#segment = outer.child();
  }

  add(clause: Clause): void {
    const { test } = clause;
    if (test === undefined) {
      if (this.#text.length === 0) this.#otherwiseAlone(clause);
      else this.#branch('else ', clause);
      return;
    }
    const block = this.#outer.child();
    const condition = value(this.#c, test, { scope: this.#place.scope, block });
    if (!block.empty && this.#text.length > 0) this.#newSegment();
    this.#segment.splice(block);
    if (condition.level > this.#level) this.#level = condition.level;
    const keyword = this.#text.length === 0 ? 'if ' : 'elseif ';
    this.#branch([test.pos.line, keyword, condition.rope, ' then '], clause);
  }

  end(): void {
    this.#closeSegment();
    this.#exits.pop();
    if (this.label === undefined || endsFunction(this.#to)) return;
    for (const exit of this.#exits.flat()) exit.push(`goto ${this.label} `);
  }

  /** An else without an if: a conditional whose first condition is certain. */
  #otherwiseAlone(clause: Clause): void {
    const { text, level } = this.#body(clause);
    this.#segment.add([clause.result.pos.line, 'do ', text, 'end '], level);
  }

  #branch(head: Rope, clause: Clause): void {
    const { text, level } = this.#body(clause);
    const exit: Rope[] = [];
    this.#exits.at(-1)!.push(exit);
    this.#text.push(head, text, exit);
    if (level > this.#level) this.#level = level;
  }

  #body(clause: Clause): { text: Rope; level: number } {
    const block = this.#outer.child();
    inScope(this.#c, block, this.#place.scope, (inner) => body(this.#c, [clause.result], inner, this.#to));
    return { text: block.close(), level: block.level };
  }

  #newSegment(): void {
    this.label ??= this.#outer.names.temporary();
    this.#closeSegment();
    this.#segment = this.#outer.child();
    this.#text = [];
    this.#level = 0;
    this.#exits.push([]);
  }

  #closeSegment(): void {
    if (this.#text.length > 0) this.#segment.add([this.#text, 'end '], this.#level);
    enclose(this.#segment, this.#outer, this.#line);
  }
}
