import type { Special } from '../compiler/context.js';
import { keep, needsStatements, operand, settle } from '../compiler/operands.js';
import { decide } from './logic.js';
import { type Expression, operandRope, operation, Precedence } from '../lua-text/expression.js';
import { join } from '../lua-text/rope.js';

const comparisons: Record<string, readonly [lua: string, chain: 'and' | 'or']> = {
  '<': ['<', 'and'],
  '<=': ['<=', 'and'],
  '>': ['>', 'and'],
  '>=': ['>=', 'and'],
  '=': ['==', 'and'],
  'not=': ['~=', 'or'],
  '~=': ['~=', 'or'],
};

/** `(< a b c)`: each operand is evaluated once, from the left; the last one only if the others have not decided. */
export const comparison: ReadonlyMap<string, Special> = new Map(
  Object.entries(comparisons).map(([name, [lua, chain]]): [string, Special] => [
    name,
    {
      compile(form, c, place) {
        const nodes = form.items.slice(1);
        const line = form.pos.line;
        if (nodes.length < 2) {
          c.fail(
            'operands-expected',
            'expected at least two arguments',
            form,
            'a comparison needs two things to compare',
          );
        }
        const compiled = nodes.map((node) => operand(c, node, place));
        const effects = compiled.map((each) => each.expression.effects);
        const lastEffect = effects.lastIndexOf(true);
        const repeats = effects.slice(1, -1).some((each, i) => each || !compiled[i + 1]!.expression.stable);
        const kept = compiled.map((each, i) => {
          const { expression } = each;
          const isLast = i === compiled.length - 1;
          const early = (repeats && !isLast) || (i < lastEffect && expression.late === true);
          return early ? keep(each, place.block) : each;
        });
        const last = kept.at(-1)!;
        if (kept.length === 2 || !needsStatements(last))
          return [compare(settle(kept, place.block), lua, chain, line)];
        const before = settle(kept.slice(0, -1), place.block);
        const decided = {
          ...kept[0]!,
          expression: compare(before, lua, chain, line),
          block: place.block.child(),
        };
        const open = { ...last, expression: compare([before.at(-1)!, last.expression], lua, chain, line) };
        return [decide([decided, open], chain, place.block, line)];
      },
    },
  ]),
);

function compare(
  operands: readonly Expression[],
  lua: string,
  chain: 'and' | 'or',
  line: number,
): Expression {
  const pairs = operands.slice(1).map((right, i) => {
    const left = operands[i]!;
    const { comparison: precedence } = Precedence;
    const rope = [operandRope(left, precedence), line, ` ${lua} `, operandRope(right, precedence)];
    return operation(rope, precedence, [left, right]);
  });
  if (pairs.length === 1) return pairs[0]!;
  return operation(
    join(
      pairs.map((pair) => pair.rope),
      ` ${chain} `,
    ),
    Precedence[chain],
    pairs,
  );
}
