import type { Context, Place, Special } from '../compiler/context.js';
import { oneArgument } from '../compiler/arity.js';
import { toReturn } from '../compiler/destination.js';
import { functionExpression, writeFunction } from '../compiler/function.js';
import { localTarget } from '../compiler/pattern-target.js';
import type { List, Node, Sym } from '../node.js';
import type { Binding } from '../scope/scope.js';

const maxArguments = 9;

/** `#(f $1 $2)`: a function of one form, its arguments named `$` or `$1` to `$9`, or `$...` for all of them. */
export const hashfn: Special = {
  compile(form, c, place) {
    const written = oneArgument(c, form);
    const takesAll = mentionsAll(written);
    if (takesAll) c.checkDepth(written);
    const inner = takesAll ? replaceAll(written) : written;
    const text = writeFunction(c, form, place, { varargs: takesAll, hash: true }, (at) => {
      const names = declareArguments(c, form, at);
      const values = c.compile(inner, at, toReturn);
      // Asked here, since what was used is forgotten with the scope.
      const used = parameters(c, form, names, takesAll);
      return { parameters: () => used, values };
    });
    return [functionExpression(text, form.pos.line)];
  },
};

/** Declares `$1` to `$9`; which of them become parameters is known when the body is compiled. */
function declareArguments(c: Context, form: List, place: Place): Binding[] {
  const declared: Binding[] = [];
  for (let i = 1; i <= maxArguments; i++) {
    const argument: Sym = { kind: 'sym', name: `$${i}`, pos: form.pos };
    const target = localTarget(c, argument, place, { mutable: false, bare: true, named: true }, form);
    target.finish();
    declared.push(c.locals.get(argument.name)!);
  }
  return declared;
}

function parameters(c: Context, form: List, declared: readonly Binding[], takesAll: boolean): string[] {
  const used = declared.findLastIndex((binding) => binding.used) + 1;
  if (!takesAll) return declared.slice(0, used).map((binding) => binding.reference);
  if (used > 0) {
    c.fail(
      'hashfn-arguments-mixed',
      '$ and $... in hashfn are mutually exclusive',
      form,
      'use either $... or $, $1, $2 and so on',
    );
  }
  return ['...'];
}

function mentionsAll(node: Node): boolean {
  const pending: Node[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'sym' && next.name === '$...') return true;
    if (next.kind === 'table') for (const [key, value] of next.entries) pending.push(key, value);
    else if ((next.kind === 'list' && (next === node || !isHashfn(next))) || next.kind === 'sequence') {
      for (const item of next.items) pending.push(item);
    }
  }
  return false;
}

/** `$...` written as `...`, but for functions inside that have a `$...` of their own. */
function replaceAll(node: Node): Node {
  switch (node.kind) {
    case 'sym':
      return node.name === '$...' ? { kind: 'varg', pos: node.pos } : node;
    case 'list':
      return isHashfn(node) ? node : { ...node, items: node.items.map(replaceAll) };
    case 'sequence':
      return { ...node, items: node.items.map(replaceAll) };
    case 'table':
      return { ...node, entries: node.entries.map(([key, value]) => [replaceAll(key), replaceAll(value)]) };
    default:
      return node;
  }
}

function isHashfn(list: List): boolean {
  return list.items[0]?.kind === 'sym' && list.items[0].name === 'hashfn';
}
