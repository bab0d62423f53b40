import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compile, FennelError, print } from '../../../src/fennel/index.js';
import { builtinMacros } from '../../../src/fennel/macros/index.js';
import type { Node } from '../../../src/fennel/node.js';
import { createVm } from '../../../src/lua/index.js';
import { arbitraryNode, nowhere } from '../arbitrary-node.js';

const vm = createVm();
afterAll(() => vm.close());

/** Forms that get further than random ones: the words of the macros themselves, and lists that begin with them. */
const word = fc
  .constantFrom(
    'where',
    'or',
    '=',
    '?',
    '&',
    '&as',
    '&into',
    '&until',
    'catch',
    '_',
    'nil',
    'x',
    '?y',
    'x.y',
    'x:y',
  )
  .map((name): Node => ({ kind: 'sym', name, pos: nowhere }));
const form = fc.letrec<{ form: Node }>((tie) => ({
  form: fc.oneof(
    { depthSize: 'small' },
    word,
    arbitraryNode,
    fc.array(tie('form'), { maxLength: 4 }).map((items): Node => ({ kind: 'list', items, pos: nowhere })),
    fc.array(tie('form'), { maxLength: 4 }).map((items): Node => ({ kind: 'sequence', items, pos: nowhere })),
    fc
      .array(fc.tuple(tie('form'), tie('form')), { maxLength: 3 })
      .map((entries): Node => ({ kind: 'table', entries, pos: nowhere })),
  ),
})).form;

describe('any use of a macro', () => {
  it.each([...builtinMacros.keys()])('of %s gives a program or a FennelError', (name) => {
    const head: Node = { kind: 'sym', name, pos: nowhere };
    fc.assert(
      fc.property(fc.array(form, { maxLength: 6 }), fc.boolean(), (operands, inFunction) => {
        const source = print({ kind: 'list', items: [head, ...operands], pos: nowhere });
        const program = inFunction ? `(fn [x ...] ${source})` : `(local x {}) ${source}`;
        const lua = luaOf(program);
        if (lua !== undefined) expect(() => vm.load({ lua, chunkName: 'any.fnl' })).not.toThrow();
      }),
      { numRuns: 120 },
    );
  });
});

function luaOf(program: string): string | undefined {
  try {
    return compile(Buffer.from(program, 'latin1'), { filename: 'any.fnl', globals: ['*'] }).lua;
  } catch (error) {
    expect(error).toBeInstanceOf(FennelError);
    return undefined;
  }
}
