import { nameAndValue } from '../compiler/arity.js';
import { bind } from '../compiler/bind.js';
import { body } from '../compiler/body.js';
import type { Context, Special } from '../compiler/context.js';
import type { Destination } from '../compiler/destination.js';
import { nested } from '../compiler/scoped.js';
import { nil } from '../lua-text/expression.js';
import type { List } from '../node.js';

/** `(local name value)` */
export const local: Special = {
  declares: true,
  compile(form, c, place, to) {
    checkStatement(c, form, to, 'local');
    const [name, value] = nameAndValue(c, form);
    bind(c, name, value, place, { kind: 'declare', mutable: false }, form);
    return [nil];
  },
};

/** `(var name value)`: as `local`, and `set` may change it. */
export const variable: Special = {
  declares: true,
  compile(form, c, place, to) {
    checkStatement(c, form, to, 'var');
    const [name, value] = nameAndValue(c, form);
    bind(c, name, value, place, { kind: 'declare', mutable: true }, form);
    return [nil];
  },
};

/** `(global name value)` */
export const global: Special = {
  compile(form, c, place) {
    const [name, value] = nameAndValue(c, form);
    bind(c, name, value, place, { kind: 'global' }, form);
    return [nil];
  },
};

/** `(set place value)`: a variable, a field, or a pattern of them. */
export const set: Special = {
  compile(form, c, place) {
    const [name, value] = nameAndValue(c, form);
    bind(c, name, value, place, { kind: 'set', forced: false }, form);
    return [nil];
  },
};

/** `(set-forcibly! name value)`: as `set`, for any local. */
export const setForcibly: Special = {
  compile(form, c, place) {
    const [name, value] = nameAndValue(c, form);
    bind(c, name, value, place, { kind: 'set', forced: true }, form);
    return [nil];
  },
};

/** `(let [name value …] …body)` */
export const letForm: Special = {
  compile(form, c, place, to) {
    const [head, bindings, ...forms] = form.items;
    if (bindings?.kind !== 'sequence') {
      return c.fail(
        'expected-bindings',
        'expected binding sequence',
        bindings ?? head!,
        'put names and values into square brackets, as in (let [a 1 b 2] …)',
      );
    }
    if (bindings.items.length % 2 !== 0) {
      c.fail(
        'odd-bindings',
        'expected even number of name/value bindings',
        bindings,
        'find the name without a value, or the value without a name',
      );
    }
    if (forms.length === 0) {
      c.fail('expected-body', 'expected body expression', head!, 'add the code that uses the bindings');
    }
    return nested(c, place, to, form.pos.line, (inner) => {
      for (let i = 0; i < bindings.items.length; i += 2) {
        const [name, value] = [bindings.items[i]!, bindings.items[i + 1]!];
        bind(c, name, value, inner, { kind: 'declare', mutable: false }, form);
      }
      return body(c, forms, inner, to);
    });
  },
};

/** Declarations are statements: their names would be unknown outside the expression they stand in. */
function checkStatement(c: Context, form: List, to: Destination, kind: string): void {
  if (to.kind === 'drop' || to.kind === 'return') return;
  c.fail(
    'declaration-in-expression',
    `can't introduce ${kind} here`,
    form,
    'declare it before the expression, or use let around it',
  );
}
