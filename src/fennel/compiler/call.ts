import {
  asStable,
  callOf,
  constantName,
  type Expression,
  indexOf,
  literal,
  methodCallOf,
} from '../lua-text/expression.js';
import { isLuaName, luaString } from '../lua-text/literal.js';
import type { List, Node, Sym } from '../node.js';
import { multisym, rootOf } from '../scope/multisym.js';
import type { Context, Place } from './context.js';
import type { Destination, Values } from './destination.js';
import { keep, type Operand, operand, spread } from './operands.js';
import { isKnown, localOf, unknownNameError } from './symbol.js';

/** Lua has 255 registers a function for its locals and for the arguments of the calls under way. */
const maxRegisters = 230;

/** `(f a b)`: a call of what is neither macro nor special form. */
export function compileCall(c: Context, form: List, place: Place, to: Destination): Values | undefined {
  const [head, ...args] = form.items;
  if (head === undefined) {
    return c.fail(
      'empty-call',
      'expected a function, macro, or special to call',
      form,
      'remove the empty parentheses, or write [] for an empty table',
    );
  }
  if (head.kind === 'sym') {
    const multi = multisym(head.name);
    if (multi?.method === true) {
      const receiver: Sym = { ...head, name: head.name.slice(0, head.name.lastIndexOf(':')) };
      return compileMethodCall(c, form, receiver, multi.parts.at(-1)!, args, place, to);
    }
  }
  return callWith(c, form, [calleeOperand(c, form, head, place)], args, place, to, ([callee, ...values]) =>
    callOf(callee!, values, form.pos.line),
  );
}

/** `(receiver:method …)` with a method name known now. */
export function compileMethodCall(
  c: Context,
  form: List,
  receiver: Node,
  method: string,
  args: readonly Node[],
  place: Place,
  to: Destination,
): Values | undefined {
  const line = form.pos.line;
  const object = operand(c, receiver, place);
  if (isLuaName(method)) {
    return callWith(c, form, [object], args, place, to, ([target, ...values]) =>
      methodCallOf(target!, method, values, line),
    );
  }
  const key = { expression: literal(luaString(method), 'string'), block: undefined, line };
  return compileFieldCall(c, form, object, key, args, place, to);
}

/** `(: receiver key …)`: calls `receiver[key]` with the receiver, which is evaluated once. */
export function compileFieldCall(
  c: Context,
  form: List,
  receiver: Operand,
  key: Operand,
  args: readonly Node[],
  place: Place,
  to: Destination,
): Values | undefined {
  const object = keep(receiver, place.block);
  return callWith(c, form, [object, key], args, place, to, ([target, method, ...values]) =>
    callOf(indexOf(target!, method!), [target!, ...values], form.pos.line),
  );
}

function callWith(
  c: Context,
  form: List,
  first: readonly Operand[],
  args: readonly Node[],
  place: Place,
  to: Destination,
  build: (values: Values) => Expression,
): Values | undefined {
  if (args.length > 40 && args.length + place.block.fn.locals > maxRegisters) {
    c.fail(
      'too-many-arguments',
      `expected a call with fewer than ${args.length} arguments: Lua cannot make it`,
      form,
      'pass the values in one table',
    );
  }
  return spread(c, first, args, place, to, (values) => [build(values)]);
}

function calleeOperand(c: Context, form: List, head: Node, place: Place): Operand {
  if (head.kind === 'sym' && head.name !== 'nil' && !isKnown(c, rootOf(head.name), place.scope)) {
    c.report(unknownNameError(c, rootOf(head.name), head, true));
    return { expression: constantName('nil'), block: undefined, line: form.pos.line };
  }
  const compiled = operand(c, head, place);
  const callee = compiled.expression;
  if (!isCallable(head, callee)) {
    c.fail(
      'call-of-literal',
      `cannot call literal value ${describe(head)}`,
      form,
      'a call begins with a function and operators come first; for a table of values write [ ]',
    );
  }
  // A function reached from a global is as good as constant: it keeps its name for messages at run time instead of
  // being put into a temporary while the arguments are evaluated.
  const isGlobal =
    head.kind === 'sym' && localOf(c, { ...head, name: rootOf(head.name) }, place.scope) === undefined;
  return isGlobal ? { ...compiled, expression: asStable(callee) } : compiled;
}

function isCallable(head: Node, callee: Expression): boolean {
  if (callee.literal === 'function' || callee.literal === 'string') return true;
  if (callee.literal !== undefined) return false;
  return head.kind === 'sym' || head.kind === 'list';
}

function describe(head: Node): string {
  switch (head.kind) {
    case 'number':
      return head.text;
    case 'boolean':
      return String(head.value);
    case 'sequence':
    case 'table':
      return 'table';
    case 'varg':
      return '...';
    default:
      return 'nil';
  }
}
