import { oneArgument } from '../compiler/arity.js';
import type { Context, Special } from '../compiler/context.js';
import { allValues, oneValue } from '../compiler/destination.js';
import { quoted } from '../compiler/quoted.js';
import type { Node } from '../node.js';

/** `` `form ``: the form as data, with `,form` evaluated. */
export const quote: Special = {
  compile(form, c, place, to) {
    const node = oneArgument(c, form);
    c.checkDepth(node);
    return c.compile(
      c.compileTime ? quoted(c, node) : atRunTime(c, node),
      place,
      to.kind === 'one' ? oneValue : allValues,
    );
  },
};

/** `,form` belongs into a quoted form. */
export const unquote: Special = {
  compile: (form, c) =>
    c.fail(
      'unquote-outside-quote',
      'tried to use unquote outside quote',
      form,
      'put it into a form quoted with a backtick, or remove the comma',
    ),
};

/** Tables can be quoted in any code; symbols and lists exist only in the compiler. */
function atRunTime(c: Context, node: Node): Node {
  switch (node.kind) {
    case 'sym':
      return compileTimeOnly(c, node, 'symbols');
    case 'varg':
      return compileTimeOnly(c, node, 'quoted ...');
    case 'list': {
      const [head, inner] = node.items;
      const isUnquote = head?.kind === 'sym' && head.name === 'unquote' && inner !== undefined;
      return isUnquote ? inner : compileTimeOnly(c, node, 'lists');
    }
    case 'sequence':
      return { ...node, items: node.items.map((item) => atRunTime(c, item)) };
    case 'table':
      return {
        ...node,
        entries: node.entries.map(([key, value]) => [atRunTime(c, key), atRunTime(c, value)]),
      };
    default:
      return node;
  }
}

function compileTimeOnly(c: Context, node: Node, what: string): never {
  return c.fail(
    'compile-time-only',
    `${what} may only be used at compile time`,
    node,
    'quote code inside macros; for a table of values write [ ] or { } without a backtick',
  );
}
