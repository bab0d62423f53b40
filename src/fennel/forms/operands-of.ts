import type { List, Node } from '../node.js';

/** The operands of an operator. Several values written out at the end, `(+ 1 (values 2 3))`, count one by one. */
export function operandsOf(form: List): Node[] {
  const operands = form.items.slice(1);
  for (;;) {
    const last = operands.at(-1);
    if (last?.kind !== 'list' || last.items[0]?.kind !== 'sym' || last.items[0].name !== 'values')
      return operands;
    operands.pop();
    operands.push(...last.items.slice(1));
  }
}
