import type { Node } from './node.js';
import { Reader } from './reader.js';
import { Source } from './source.js';

/**
 * Reads every form of `source`. Text is taken as UTF-8. Throws one FennelError that lists all problems found; the
 * reader goes on after each that does not make the rest meaningless.
 */
export function read(source: string | Uint8Array, filename: string): Node[] {
  const reader = new Reader(new Source(source, filename));
  const forms: Node[] = [];
  for (let form = reader.next(); form !== undefined; form = reader.next()) forms.push(form);
  return forms;
}

/**
 * The forms of a source one by one, so that a large one need not be in memory as a whole. All of it has been read
 * once before the first is given: errors come first.
 */
export function* readForms(source: Source): Generator<Node, void> {
  const check = new Reader(source);
  while (check.next() !== undefined);
  const reader = new Reader(source);
  for (let form = reader.next(); form !== undefined; form = reader.next()) yield form;
}
