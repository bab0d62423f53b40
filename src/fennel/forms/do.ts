import { body } from '../compiler/body.js';
import type { Special } from '../compiler/context.js';
import { nested } from '../compiler/scoped.js';

/** `(do …body)`: the value of the last form, in a scope of its own. */
export const doForm: Special = {
  compile: (form, c, place, to) =>
    nested(c, place, to, form.pos.line, (inner) => body(c, form.items.slice(1), inner, to)),
};
