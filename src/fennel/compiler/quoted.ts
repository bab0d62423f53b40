import type { List, Node, Position, Sym } from '../node.js';
import { multisym } from '../scope/multisym.js';
import type { Context } from './context.js';

/** Heads that no source can write: they stand for the constructors of code in the compiler. */
export const constructors = {
  list: '~list',
  sequence: '~sequence',
  table: '~table',
  sym: '~sym',
  varg: '~varg',
} as const;

/** Code that makes `node` as data: a quoted form as the calls that construct it. */
export function quoted(c: Context, node: Node): Node {
  switch (node.kind) {
    case 'sym':
      return quotedSymbol(c, node);
    case 'varg':
      return construct(c, constructors.varg, node.pos, []);
    case 'list':
      if (isUnquote(node)) return node.items[1]!;
      return construct(c, constructors.list, node.pos, each(c, node.items));
    case 'sequence':
      return construct(c, constructors.sequence, node.pos, each(c, node.items));
    case 'table':
      return construct(c, constructors.table, node.pos, each(c, node.entries.flat()));
    default:
      return node;
  }
}

function each(c: Context, nodes: readonly Node[]): Node[] {
  return nodes.map((node) => quoted(c, node));
}

function isUnquote(list: List): boolean {
  const [head] = list.items;
  return list.items.length === 2 && head?.kind === 'sym' && head.name === 'unquote';
}

function quotedSymbol(c: Context, symbol: Sym): Node {
  const multi = multisym(symbol.name);
  const root = multi?.parts[0] ?? symbol.name;
  if (!root.endsWith('#') || root === '#')
    return construct(c, constructors.sym, symbol.pos, [text(symbol, symbol.name)]);
  const name = autoGensym(c, root, symbol) + symbol.name.slice(root.length);
  return construct(c, constructors.sym, symbol.pos, [text(symbol, name)]);
}

/** The one symbol that `root`, which ends in `#`, stands for in this scope. */
function autoGensym(c: Context, root: string, at: Sym): string {
  const known = c.autoGensyms.get(root);
  if (known !== undefined) return known;
  const { name } = c.gensym(root.slice(0, -1), at);
  c.autoGensyms.define(root, name);
  return name;
}

function text(symbol: Sym, value: string): Node {
  return { kind: 'string', value, pos: symbol.pos };
}

/** The constructor gets the number of the position first, so that the data remembers where it was written. */
function construct(c: Context, head: string, pos: Position, items: readonly Node[]): List {
  const number: Node = { kind: 'number', text: String(c.engine.notePosition(pos)), pos };
  return { kind: 'list', items: [{ kind: 'sym', name: head, pos }, number, ...items], pos };
}
