import type { Context, Place, Special } from '../compiler/context.js';
import { assign, declare } from '../compiler/deliver.js';
import type { Values } from '../compiler/destination.js';
import { type FunctionText, functionExpression, localFunction, writeFunction } from '../compiler/function.js';
import { parameterList } from '../compiler/parameters.js';
import { checkName, localTarget, symbolTarget } from '../compiler/pattern-target.js';
import { isKnown, symbolExpression } from '../compiler/symbol.js';
import { body } from '../compiler/body.js';
import { toReturn } from '../compiler/destination.js';
import type { List, Node, Sequence, Sym } from '../node.js';
import { multisym } from '../scope/multisym.js';

/** `(fn name? [parameters] docstring? metadata? …body)` */
export const fn: Special = {
  declares: true,
  compile: (form, c, place) => compileFn(form, c, place, false),
};

/** `(lambda name? [parameters] …body)`: as `fn`, and a parameter that is nil is an error, unless named `?x` or `_x`. */
export const lambda: Special = {
  declares: true,
  redefinable: true,
  compile: (form, c, place) => compileFn(form, c, place, true),
};

/** The parts of a function form. */
interface FunctionForm {
  readonly name: Sym | undefined;
  readonly parameters: Sequence;
  readonly body: readonly Node[];
}

function compileFn(form: List, c: Context, place: Place, checked: boolean): Values {
  const parts = functionParts(form, c, checked);
  const line = form.pos.line;
  const write = (): FunctionText =>
    writeFunction(c, form, place, { varargs: false, hash: false }, (inner) => {
      const parameters = parameterList(c, parts.parameters, inner, form, checked);
      const forms = checked && parts.body.length === 0 ? [nilAt(form)] : parts.body;
      return { parameters: () => parameters, values: body(c, forms, inner, toReturn) };
    });

  if (parts.name === undefined) return [functionExpression(write(), line)];
  if (multisym(parts.name.name) !== undefined) return fieldFunction(c, parts.name, place, form, write);
  return namedFunction(c, parts.name, place, form, write);
}

/** Takes a function form apart: name, parameters, and the body without docstring and metadata. */
function functionParts(form: List, c: Context, checked: boolean): FunctionForm {
  const { items } = form;
  const name = items[1]?.kind === 'sym' && items[1].name !== 'nil' ? items[1] : undefined;
  let at = name === undefined ? 1 : 2;
  const parameters = items[at++];
  if (parameters?.kind !== 'sequence') {
    return c.fail(
      'expected-parameters',
      checked ? 'expected arg list' : 'expected parameters table',
      form,
      'put the parameters into square brackets, as in (fn name [a b] …); [] for none',
    );
  }
  const last = items.length - 1;
  if (at < last && items[at]!.kind === 'string') at++;
  if (at < last && items[at]!.kind === 'table') at++;
  return { name, parameters, body: items.slice(at) };
}

function nilAt(form: List): Sym {
  return { kind: 'sym', name: 'nil', pos: form.pos };
}

/** `(fn name …)`: a local, known to the function itself and to the scope around. */
function namedFunction(c: Context, name: Sym, place: Place, form: List, write: () => FunctionText): Values {
  checkName(c, name, form);
  const line = form.pos.line;
  const { block, scope } = place;
  const home = { scope, block: scope.home };
  const target = localTarget(c, name, home, { mutable: false, bare: true }, form);
  target.finish();
  if (block === scope.home && target.declares !== undefined) {
    const text = write();
    block.add(localFunction(target.declares, text, line), text.level);
  } else {
    // Inside an expression the statement may end up in a block of its own; the name must outlive it.
    if (target.declares !== undefined) declare([target.declares], [], scope.home, line);
    assign([target.reference], [functionExpression(write(), line)], block, line);
  }
  return [symbolExpression(c, name, scope)];
}

/** `(fn table.field …)` */
function fieldFunction(c: Context, name: Sym, place: Place, form: List, write: () => FunctionText): Values {
  if (multisym(name.name)!.method) {
    c.fail(
      'unexpected-multisym',
      `unexpected multi symbol ${name.name}`,
      name,
      'define a method with a dot, and self as its first parameter',
    );
  }
  const root = multisym(name.name)!.parts[0]!;
  if (!isKnown(c, root, place.scope)) {
    c.fail(
      'function-of-unknown',
      `expected local table ${root}`,
      name,
      `declare ${root} before its functions`,
    );
  }
  const target = symbolTarget(c, name, place, { kind: 'set', forced: true }, form);
  const text = write();
  assign([target.reference], [functionExpression(text, form.pos.line)], place.block, form.pos.line);
  return [symbolExpression(c, name, place.scope)];
}
