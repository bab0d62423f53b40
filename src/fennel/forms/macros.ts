import type { Context, Macro, Special } from '../compiler/context.js';
import { allValues } from '../compiler/destination.js';
import { type Expression, literal, nil, numberLiteral, rawExpression } from '../lua-text/expression.js';
import type { List, Node } from '../node.js';
import { multisym } from '../scope/multisym.js';

/** `(macro name [parameters] …body)` */
export const macro: Special = {
  redefinable: true,
  declares: true,
  compile(form, c, place) {
    const [, name, ...rest] = form.items;
    if (name?.kind !== 'sym' || multisym(name.name) !== undefined) {
      return c.fail(
        'macro-name',
        'expected symbol for macro name',
        name ?? form,
        'write (macro name [parameters] …)',
      );
    }
    const head = { kind: 'sym', name: 'fn', pos: form.pos } as const;
    const key = { kind: 'string', value: name.name, pos: name.pos } as const;
    const definition: List = { kind: 'list', items: [head, ...rest], pos: form.pos };
    const table: Node = { kind: 'table', entries: [[key, definition]], pos: form.pos };
    define(c, form, c.engine.evaluateMacros(table, place, c));
    return [nil];
  },
};

/** `(macros {:name (fn …)})` */
export const macros: Special = {
  declares: true,
  compile(form, c, place) {
    if (form.items.length !== 2) {
      c.fail('macros-argument', 'expected one table argument', form, 'write a table of functions');
    }
    define(c, form, c.engine.evaluateMacros(form.items[1]!, place, c));
    return [nil];
  },
};

/** `(import-macros name :module {: macro :other alias} :module …)` */
export const importMacros: Special = {
  redefinable: true,
  declares: true,
  compile(form, c, place) {
    const pairs = form.items.slice(1);
    if (pairs.length === 0 || pairs.length % 2 !== 0) {
      c.fail(
        'odd-imports',
        'expected even number of binding/modulename pairs',
        form,
        'write what to bind, then the name of the module',
      );
    }
    for (let i = 0; i < pairs.length; i += 2) {
      const binding = pairs[i]!;
      const module = c.engine.loadModule(pairs[i + 1]!, form, place, c);
      if (binding.kind === 'sym') {
        c.macros.define(binding.name, { member: (name) => module.macros.get(name) });
      } else if (binding.kind === 'table') {
        for (const [key, name] of binding.entries) importOne(c, form, module, key, name);
      } else {
        c.fail(
          'bad-import',
          'expected a name or a table to bind the macros to',
          binding,
          'write a name for all of them, or a table as in {: name}',
        );
      }
    }
    return [nil];
  },
};

/** `(require-macros :module)`: brings in everything the module has. */
export const requireMacros: Special = {
  declares: true,
  compile(form, c, place) {
    if (form.items.length !== 2) {
      c.fail(
        'module-name-expected',
        'expected one module name argument',
        form,
        'write the name of the module',
      );
    }
    const { macros, others } = c.engine.loadModule(form.items[1]!, form, place, c);
    if (others[0] !== undefined) {
      c.fail(
        'macro-not-function',
        `expected each macro to be function: ${others[0]}`,
        form,
        'use import-macros',
      );
    }
    define(c, form, macros);
    return [nil];
  },
};

/** `(eval-compiler …)`: runs the forms in the compiler. */
export const evalCompiler: Special = {
  declares: true,
  compile: (form, c, place) => [constant(c.engine.evaluate(form, place, c), form)],
};

/** `(macrodebug form)`: prints the expansion; with a second argument, gives it as a string. */
export const macrodebug: Special = {
  redefinable: true,
  compile(form, c, place, to) {
    const [, subject, asString] = form.items;
    if (subject === undefined)
      return c.fail('one-argument-expected', 'expected one argument', form, 'write the form to expand');
    const expanded = c.expand(subject, place);
    c.checkDepth(expanded);
    const text: Node = { kind: 'string', value: c.engine.show(expanded), pos: form.pos };
    if (asString !== undefined) return c.compile(text, place, to.kind === 'one' ? to : allValues);
    const print = { kind: 'sym', name: 'print', pos: form.pos } as const;
    return c.compile(
      { kind: 'list', items: [print, text], pos: form.pos },
      place,
      to.kind === 'one' ? to : allValues,
    );
  },
};

/** `(comment …)`: nothing. */
export const comment: Special = { compile: () => [nil] };

/** `(include :module)`: there is nothing to include from; modules are required. */
export const include: Special = {
  compile: (form, c) =>
    c.fail(
      'include-unsupported',
      'include is not available',
      form,
      'use require: modules are found when the code runs',
    ),
};

/** `(assert-repl …)`: there is nobody to type. */
export const assertRepl: Special = {
  redefinable: true,
  compile: (form, c) =>
    c.fail('repl-unsupported', 'assert-repl is not available', form, 'use assert: there is no REPL here'),
};

function define(c: Context, form: List, defined: ReadonlyMap<string, Macro>): void {
  for (const [name, meaning] of defined) {
    checkMacroName(c, name, form);
    c.macros.define(name, meaning);
  }
}

function checkMacroName(c: Context, name: string, form: Node): void {
  const special = c.specials.get(name);
  if (special === undefined || special.redefinable === true) return;
  c.fail(
    'name-overshadowed',
    `local ${name} was overshadowed by a special form or macro`,
    form,
    'give the macro another name',
  );
}

function importOne(
  c: Context,
  form: List,
  module: { name: string; macros: ReadonlyMap<string, Macro> },
  key: Node,
  name: Node,
): void {
  if (key.kind === 'sym' && key.name === '&as' && name.kind === 'sym') {
    c.macros.define(name.name, { member: (member) => module.macros.get(member) });
    return;
  }
  if (key.kind !== 'string' || name.kind !== 'sym') {
    c.fail(
      'bad-import',
      'expected macro names in the import table',
      key,
      'write it as {: name} or {:name other-name}',
    );
  }
  const found = module.macros.get(key.value);
  if (found === undefined) {
    c.fail(
      'macro-not-found',
      `macro ${key.value} not found in module ${module.name}`,
      form,
      `the module has: ${[...module.macros.keys()].join(', ') || 'no macros'}`,
    );
  }
  checkMacroName(c, name.name, form);
  c.macros.define(name.name, found);
}

function constant(value: boolean | number | string | undefined, form: List): Expression {
  switch (typeof value) {
    case 'boolean':
      return literal(String(value), 'boolean');
    case 'number':
      return numberLiteral(String(value));
    case 'string':
      return rawExpression([form.pos.line, value]);
    default:
      return nil;
  }
}
