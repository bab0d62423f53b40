import { operand, strictOperands, value } from '../compiler/operands.js';
import type { Context, Special } from '../compiler/context.js';
import { assign, separator } from '../compiler/deliver.js';
import { compileFieldCall, compileMethodCall } from '../compiler/call.js';
import { enclose, temporary } from '../compiler/temporary.js';
import { constantName, type Expression, indexOf, nil, single } from '../lua-text/expression.js';
import { isLuaName } from '../lua-text/literal.js';
import type { Node } from '../node.js';

/** `(. table key …)` */
export const dot: Special = {
  compile(form, c, place) {
    const [, table, ...keys] = form.items;
    if (table === undefined) {
      return c.fail(
        'expected-table',
        'expected table argument',
        form,
        'write the table, and the keys to look up',
      );
    }
    const computed = keys.filter((key) => !isName(key));
    const [target, ...compiled] = strictOperands(c, [table, ...computed], place);
    let next = 0;
    const found = keys.reduce<Expression>(
      (from, key) => indexOf(from, isName(key) ? key.value : compiled[next++]!, form.pos.line),
      single(target!),
    );
    return [found];
  },
};

/** `(?. table key …)`: nil as soon as something on the way is nil. */
export const dotMaybe: Special = {
  redefinable: true,
  compile(form, c, place) {
    const [, table, ...keys] = form.items;
    if (table === undefined) {
      return c.fail(
        'expected-table',
        'expected table argument',
        form,
        'write the table, and the keys to look up',
      );
    }
    if (keys.length === 0) return [single(value(c, table, place))];
    const line = form.pos.line;
    const start = value(c, table, place);
    const target = temporary(place.block, line);
    const found = constantName(target);
    assign([target], [start], place.block, line);
    for (const key of keys) {
      const inner = place.block.child();
      const index = isName(key) ? key.value : value(c, key, { scope: place.scope, block: inner });
      assign([target], [indexOf(found, index, line)], inner, line);
      place.block.add([line, `if ${target} ~= nil then `, inner.close(), 'end '], inner.level);
    }
    return [found];
  },
};

/** `(tset table key … value)` */
export const tset: Special = {
  compile(form, c, place) {
    const [, table, ...rest] = form.items;
    if (table === undefined || rest.length < 2) {
      return c.fail(
        'expected-field',
        'expected table, key, and value arguments',
        form,
        'write the table, one key or more, and the value',
      );
    }
    checkSettable(c, table, form);
    const line = form.pos.line;
    const inner = place.block.child();
    const all = strictOperands(c, [table, ...rest], { scope: place.scope, block: inner });
    const field = all.slice(1, -1).reduce<Expression>((from, key) => indexOf(from, key), single(all[0]!));
    assign([[separator(field.rope), field.rope]], [all.at(-1)!], inner, line);
    enclose(inner, place.block, line);
    return [nil];
  },
};

/** `(: receiver method …)` */
export const method: Special = {
  compile(form, c, place, to) {
    const [, receiver, name, ...args] = form.items;
    if (receiver === undefined || name === undefined) {
      return c.fail(
        'expected-method',
        'expected at least 2 arguments',
        form,
        'write the object, the name of the method, and its arguments',
      );
    }
    if (name.kind === 'string') return compileMethodCall(c, form, receiver, name.value, args, place, to);
    const object = operand(c, receiver, place);
    return compileFieldCall(c, form, object, operand(c, name, place), args, place, to);
  },
};

function isName(key: Node): key is Node & { kind: 'string' } {
  return key.kind === 'string' && isLuaName(key.value);
}

function checkSettable(c: Context, table: Node, form: Node): void {
  if (table.kind !== 'boolean' && table.kind !== 'number') return;
  c.fail(
    'set-of-literal',
    'cannot set field of literal value',
    form,
    'the first argument is the table to change',
  );
}
