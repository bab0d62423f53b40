import type { Special } from '../compiler/context.js';

/** `(tail! (f …))`: the call, with the promise that it is a tail call. */
export const tail: Special = {
  compile(form, c, place, to) {
    if (form.items.length !== 2) {
      c.fail(
        'one-argument-expected',
        'expected one argument',
        form,
        'write the call that must be in tail position',
      );
    }
    const call = c.expand(form.items[1]!, place);
    const head = call.kind === 'list' ? call.items[0] : undefined;
    if (call.kind !== 'list' || (head?.kind === 'sym' && c.specials.has(head.name))) {
      return c.fail(
        'tail-of-no-call',
        'expected a function call as argument',
        form,
        'only a call of a function can be a tail call',
      );
    }
    if (to.kind !== 'return') {
      c.fail(
        'not-in-tail-position',
        'must be in tail position',
        form,
        'nothing may be left to do after a tail call',
      );
    }
    return c.compile(call, place, to);
  },
};
