import { bracketRope, tableLiteral } from '../lua-text/expression.js';
import { isLuaName } from '../lua-text/literal.js';
import { join, type Rope } from '../lua-text/rope.js';
import type { Node, Sequence, Table } from '../node.js';
import type { Context, Place } from './context.js';
import type { Destination, Values } from './destination.js';
import { spread, strictOperands } from './operands.js';

/** `[a b]`: the last item may give any number of values. */
export function compileSequence(
  c: Context,
  form: Sequence,
  place: Place,
  to: Destination,
): Values | undefined {
  return spread(c, [], form.items, place, to, (items) => [
    tableLiteral(
      [
        form.pos.line,
        '{',
        join(
          items.map((item) => item.rope),
          ', ',
        ),
        '}',
      ],
      items,
    ),
  ]);
}

/** `{:k v}`: keys and values in source order. A nil key is an error when the table is made, as in Lua. */
export function compileTable(c: Context, form: Table, place: Place): Values {
  const nodes: Node[] = [];
  for (const [key, value] of form.entries) {
    if (!isBareKey(key)) nodes.push(key);
    nodes.push(value);
  }
  const compiled = strictOperands(c, nodes, place);
  let next = 0;
  const fields = form.entries.map(([key]): Rope => {
    const left: Rope = isBareKey(key)
      ? [key.pos.line, key.value]
      : ['[', bracketRope(compiled[next++]!), ']'];
    return [left, ' = ', compiled[next++]!.rope];
  });
  return [tableLiteral([form.pos.line, '{', join(fields, ', '), '}'], compiled)];
}

function isBareKey(key: Node): key is Node & { kind: 'string' } {
  return key.kind === 'string' && isLuaName(key.value);
}
