import type { Node } from '../node.js';
import { multisym } from '../scope/multisym.js';
import type { Context } from './context.js';

/**
 * After a broken declaration: what it would have declared counts as known, so that uses of it are not reported as
 * errors of their own.
 */
export function poison(c: Context, form: Node): void {
  if (form.kind !== 'list' || form.items[0]?.kind !== 'sym') return;
  const [head, target, ...rest] = form.items;
  switch (head.name) {
    case 'local':
    case 'var':
    case 'global':
    case 'fn':
    case 'lambda':
    case '\xce\xbb':
      if (target !== undefined) poisonPattern(c, target);
      return;
    case 'macro':
      if (target?.kind === 'sym') poisonMacro(c, target.name);
      return;
    case 'macros':
      if (target?.kind === 'table') for (const [key] of target.entries) poisonMacroKey(c, key);
      return;
    case 'import-macros':
      for (const binding of [target, ...rest]) {
        if (binding?.kind === 'sym') poisonMacro(c, binding.name);
        if (binding?.kind === 'table') for (const [, name] of binding.entries) poisonMacroKey(c, name);
      }
  }
}

function poisonPattern(c: Context, pattern: Node): void {
  if (pattern.kind === 'sym') {
    if (pattern.name === 'nil' || multisym(pattern.name) !== undefined) return;
    // Unlisted in any function, it is never captured, and mutable, it may be set.
    const fn = c.unknownFunction;
    c.locals.define(pattern.name, {
      name: pattern.name,
      reference: 'nil',
      spilled: true,
      fn,
      mutable: true,
      changedByClosure: false,
      used: true,
    });
  } else if (pattern.kind === 'list' || pattern.kind === 'sequence') {
    for (const item of pattern.items) poisonPattern(c, item);
  } else if (pattern.kind === 'table') {
    for (const [, value] of pattern.entries) poisonPattern(c, value);
  }
}

function poisonMacroKey(c: Context, key: Node): void {
  if (key.kind === 'string') poisonMacro(c, key.value);
  if (key.kind === 'sym') poisonMacro(c, key.name);
}

function poisonMacro(c: Context, name: string): void {
  const macro = {
    expand: (form: { pos: Node['pos'] }): Node => ({ kind: 'sym', name: 'nil', pos: form.pos }),
    member: () => macro,
  };
  c.macros.define(name, macro);
}
