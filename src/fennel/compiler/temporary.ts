import type { Block } from '../lua-text/block.js';
import { constantName, type Expression } from '../lua-text/expression.js';
import type { Rope } from '../lua-text/rope.js';
import type { Node } from '../node.js';
import { showBriefly } from '../show.js';
import type { Context } from './context.js';
import { assign, declare } from './deliver.js';

/** Declares a place of the compiler's own, without a value; gives how Lua refers to it. */
export function temporary(block: Block, line: number): string {
  if (block.full) return block.spill().reference;
  const name = block.names.temporary();
  block.reserve(name);
  declare([name], [], block, line);
  return name;
}

/** Evaluates an expression now, so that it can be used later and more than once. */
export function save(expression: Expression, block: Block, line: number): Expression {
  if (block.full) {
    const { reference } = block.spill();
    assign([reference], [expression], block, line);
    return constantName(reference);
  }
  const name = block.names.temporary();
  if (expression.source !== undefined) block.names.sources.set(name, expression.source);
  declare([name], [expression], block, line);
  block.reserve(name);
  return constantName(name);
}

/** Lets messages at run time call a temporary by the source of what it holds. */
export function nameTemporary(c: Context, name: string, node: Node): void {
  c.names.sources.set(name, showBriefly(node));
}

/** Puts a block into another: as it is, or in `do … end` when it holds locals. */
export function enclose(inner: Block, block: Block, line: number): void {
  if (inner.empty) return;
  if (!inner.declares) {
    block.splice(inner);
    return;
  }
  const text: Rope = inner.close();
  block.add([line, 'do ', text, 'end '], inner.level);
}
