import type { List, Node } from '../node.js';
import type { Context } from './context.js';

/** `(. table key)` as the target of set. */
export function isDynamic(pattern: Node): pattern is List {
  return pattern.kind === 'list' && pattern.items[0]?.kind === 'sym' && pattern.items[0].name === '.';
}

/** For what is no name and no pattern. `form` is where the binding happens. */
export function failToBind(c: Context, pattern: Node, form: Node): never {
  if (pattern.kind === 'list') {
    return c.fail(
      'nested-values',
      "can't nest multi-value destructuring",
      pattern,
      'several values can be bound only at the top of a pattern; inside, use [ ] for a table',
    );
  }
  return c.fail(
    'unable-to-bind',
    `unable to bind ${describe(pattern)}`,
    form,
    'only names and patterns of names can be bound: put an identifier in its place',
  );
}

function describe(pattern: Node): string {
  switch (pattern.kind) {
    case 'string':
      return `string ${pattern.value}`;
    case 'number':
      return `number ${pattern.text}`;
    case 'boolean':
      return `boolean ${pattern.value}`;
    case 'sym':
      return `symbol ${pattern.name}`;
    case 'varg':
      return 'vararg ...';
    default:
      return pattern.kind;
  }
}
