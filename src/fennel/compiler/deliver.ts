import type { Block } from '../lua-text/block.js';
import { deepest, type Expression, nil, ropeList, span } from '../lua-text/expression.js';
import { join, type Rope } from '../lua-text/rope.js';
import type { Delivering, Values } from './destination.js';

/** Puts values where they belong, as a statement of `block`. `line` is the Fennel line of the form. */
export function deliver(values: Values, to: Delivering, block: Block, line: number): void {
  switch (to.kind) {
    case 'drop':
      for (const value of values) evaluate(value, block, line);
      return;
    case 'return':
      block.add([line, 'return ', ropeList(values), ' '], deepest(values));
      return;
    case 'assign': {
      const given = values.length === 0 ? [nil] : values;
      to.onAssign?.(given, block);
      assign(to.targets, given, block, line);
      return;
    }
    case 'wrap':
      deliver(to.build(values), to.inner, block, line);
  }
}

/** `targets = values` */
export function assign(targets: readonly Rope[], values: Values, block: Block, line: number): void {
  block.needRegisters(targets.length === 1 ? span(values) : 2 * targets.length + span(values));
  const statement = [line, join(targets, ', '), ' = ', ropeList(values), ' '];
  block.add(statement, deepest(values));
}

/** `local names = values`, or without a value. */
export function declare(names: readonly string[], values: Values, block: Block, line: number): void {
  block.needRegisters(Math.max(names.length, span(values)));
  const left = [line, 'local ', names.join(', ')];
  const statement = values.length === 0 ? [...left, ' '] : [...left, ' = ', ropeList(values), ' '];
  block.add(statement, deepest(values));
}

/** Evaluates for the effects alone. */
function evaluate(value: Expression, block: Block, line: number): void {
  if (!value.effects) return;
  if (value.call === true) block.add([line, separator(value.rope), value.rope, ' '], value.level);
  else block.add([line, 'do local _ = ', value.rope, ' end '], value.level + 1);
}

/** A statement that begins with a parenthesis would continue the one before it. */
export function separator(rope: Rope): string {
  let first = rope;
  while (typeof first !== 'string') {
    if (typeof first === 'number' || 'raw' in first) return '';
    const parts: readonly Rope[] = first;
    first = parts.find((part) => typeof part !== 'number' && part !== '') ?? '';
  }
  return first.startsWith('(') ? ';' : '';
}
