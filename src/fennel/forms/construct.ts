import type { Special } from '../compiler/context.js';
import { spread } from '../compiler/operands.js';
import { constructors } from '../compiler/quoted.js';
import { callOf, constantName } from '../lua-text/expression.js';
import { luaString } from '../lua-text/literal.js';

/** The constructors of code as data. Code in the compiler finds them as globals that it cannot name itself. */
export const constructing: ReadonlyMap<string, Special> = new Map(
  Object.values(constructors).map((name): [string, Special] => [
    name,
    {
      compile: (form, c, place, to) =>
        spread(c, [], form.items.slice(1), place, to, (values) => [
          callOf(constantName(`_ENV[${luaString(name)}]`), values, form.pos.line),
        ]),
    },
  ]),
);
