import type { BuiltinMacro, Node, Sym } from '../node.js';
import { call, list, sequence, sym } from './construct.js';
import { isPlainSym } from './shape.js';

/** `(with-open [f (open)] …body)`: calls `(f:close)` after the body, also when the body fails. */
export const withOpen: BuiltinMacro = (form, context) => {
  const [, bindings, ...body] = form.items;
  if (bindings?.kind !== 'sequence') {
    return context.fail(
      'macro-usage',
      'expected binding sequence',
      bindings ?? form,
      'write (with-open [name value] body)',
    );
  }
  if (bindings.items.length % 2 !== 0) {
    return context.fail(
      'macro-usage',
      'expected even number of name/value bindings',
      bindings,
      'find where the identifier or value is missing',
    );
  }
  if (body.length === 0) {
    return context.fail('macro-usage', 'expected body', form, 'add what to do with the open values');
  }
  const names: Sym[] = [];
  for (const [i, name] of bindings.items.entries()) {
    if (i % 2 === 1) continue;
    if (!isPlainSym(name)) {
      return context.fail(
        'macro-usage',
        'with-open only allows symbols in bindings',
        name,
        'name the value with one identifier',
      );
    }
    names.push(name);
  }
  const { pos } = form;
  const varargs: Node = { kind: 'varg', pos };
  const handed = context.hasVarargs ? [varargs] : [];
  // Through _G, since locals of these names are common; the last opened is closed first.
  const ran = call(pos, '_G.pcall', call(pos, 'fn', sequence(pos, ...handed), ...body), ...handed);
  const ok = context.gensym('ok', pos);
  const closes = names.reverse().map((name) => list(name.pos, sym(name.pos, `${name.name}:close`)));
  const outcome = call(
    pos,
    'if',
    ok,
    varargs,
    call(pos, '_G.error', varargs, { kind: 'number', text: '0', pos }),
  );
  const close = call(pos, 'fn', sequence(pos, ok, varargs), ...closes, outcome);
  return call(pos, 'let', bindings, list(pos, close, ran));
};
