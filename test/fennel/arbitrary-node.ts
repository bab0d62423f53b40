import fc from 'fast-check';
import type { Node, Position } from '../../src/fennel/node.js';

export const nowhere: Position = { file: 'test.fnl', line: 1, column: 1 };

const byteString = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const symbolName = fc
  .stringMatching(/^[a-zA-Z?_*!<>=/+%^&|$-][a-zA-Z0-9?_*!<>=-]{0,6}$/)
  .filter((name) => !['true', 'false'].includes(name) && !/^[-+]_*\d/.test(name));
const fieldName = fc.stringMatching(/^[a-z][a-z0-9-]{0,4}$/);
const multisym = fc
  .tuple(fieldName, fc.array(fieldName, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([head, fields, method]) => {
    const parts = [head, ...fields];
    return method ? `${parts.slice(0, -1).join('.')}:${parts.at(-1)}` : parts.join('.');
  });
const keywordText = fc.stringMatching(/^[a-z0-9:.?#&-]{1,8}$/);
const numberText = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('0x1F', '-0x.8p1', '1e100', '.5', '5.', '.inf', '-.inf', '.nan', '-.nan'),
);

/** Any tree the reader can make, without positions of its own. */
export const arbitraryNode: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    symbolName.map((name): Node => ({ kind: 'sym', name, pos: nowhere })),
    multisym.map((name): Node => ({ kind: 'sym', name, pos: nowhere })),
    numberText.map((text): Node => ({ kind: 'number', text, pos: nowhere })),
    byteString.map((value): Node => ({ kind: 'string', value, pos: nowhere })),
    keywordText.map((value): Node => ({ kind: 'string', value, pos: nowhere, keyword: true })),
    fc.boolean().map((value): Node => ({ kind: 'boolean', value, pos: nowhere })),
    fc.constant<Node>({ kind: 'varg', pos: nowhere }),
    fc.array(tie('node')).map((items): Node => ({ kind: 'list', items, pos: nowhere })),
    fc.array(tie('node')).map((items): Node => ({ kind: 'sequence', items, pos: nowhere })),
    fc
      .array(fc.tuple(tie('node'), tie('node')))
      .map((entries): Node => ({ kind: 'table', entries, pos: nowhere })),
  ),
})).node;

/** The tree without its positions, to compare trees by shape. */
export function shapeOf(node: Node): unknown {
  switch (node.kind) {
    case 'sym':
      return ['sym', node.name];
    case 'number':
      return ['number', node.text];
    case 'string':
      return ['string', node.value, node.keyword === true];
    case 'boolean':
      return ['boolean', node.value];
    case 'varg':
      return ['varg'];
    case 'list':
    case 'sequence':
      return [node.kind, ...node.items.map(shapeOf)];
    case 'table':
      return ['table', ...node.entries.map(([key, value]) => [shapeOf(key), shapeOf(value)])];
  }
}
