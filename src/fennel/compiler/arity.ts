import type { List, Node } from '../node.js';
import type { Context } from './context.js';

/** The only argument of a form that takes one. */
export function oneArgument(c: Context, form: List): Node {
  const [, only] = form.items;
  if (form.items.length !== 2) {
    c.fail(
      'one-argument-expected',
      'expected one argument',
      form,
      `this form takes exactly one, found ${form.items.length - 1}`,
    );
  }
  return only!;
}

/** The name and the value of a form that takes these two. */
export function nameAndValue(c: Context, form: List): readonly [name: Node, value: Node] {
  const [, name, value] = form.items;
  if (form.items.length !== 3) {
    c.fail(
      'name-and-value-expected',
      'expected name and value',
      form,
      'write one name, or pattern, and one value',
    );
  }
  return [name!, value!];
}
