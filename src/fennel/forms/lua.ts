import type { Context, Special } from '../compiler/context.js';
import { nil, rawExpression } from '../lua-text/expression.js';
import type { List, Node } from '../node.js';

/** `(lua statements? expression?)`: Lua code as it is. */
export const lua: Special = {
  compile(form, c, place) {
    if (form.items.length !== 2 && form.items.length !== 3) {
      c.fail(
        'lua-arguments',
        'expected 1 or 2 arguments',
        form,
        'write statements, and perhaps an expression, as strings',
      );
    }
    const [, statements, expression] = form.items;
    const code = textOf(c, statements!, form);
    // What ends in a return must end its block; in one of its own it may stand anywhere.
    const line = form.pos.line;
    if (code !== undefined) {
      const ends = /(?:^|[\s;])return\b[^\n]*\s*$/.test(code);
      place.block.add(ends ? [line, 'do ', { raw: code }, 'end '] : [line, { raw: code }], 4);
    }
    const value = expression === undefined ? undefined : textOf(c, expression, form);
    return [value === undefined ? nil : rawExpression([line, value])];
  },
};

function textOf(c: Context, node: Node, form: List): string | undefined {
  switch (node.kind) {
    case 'string':
      return node.value;
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'sym':
      return node.name === 'nil' ? undefined : node.name;
    default:
      return c.fail(
        'lua-arguments',
        'expected Lua code as a string',
        form,
        'only literal strings can be put into the output',
      );
  }
}
