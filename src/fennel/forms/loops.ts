import { bindTable } from '../compiler/bind-table.js';
import { body } from '../compiler/body.js';
import type { Context, Place, Special } from '../compiler/context.js';
import { drop, type Values } from '../compiler/destination.js';
import { operands, value } from '../compiler/operands.js';
import { failToBind } from '../compiler/pattern.js';
import { checkName, localTarget, temporaryTarget, type Target } from '../compiler/pattern-target.js';
import { inScope } from '../compiler/scoped.js';
import { temporary } from '../compiler/temporary.js';
import type { Block } from '../lua-text/block.js';
import { constantName, deepest, nil, operandRope, Precedence, ropeList } from '../lua-text/expression.js';
import { join, type Rope } from '../lua-text/rope.js';
import type { List, Node, Sequence } from '../node.js';
import { multisym } from '../scope/multisym.js';

/** Locals that Lua keeps for itself in a `for`. */
const hiddenLocals = 3;

/** Lua allows 200 locals a function, and a loop's cannot be kept elsewhere. */
const maxLocals = 190;

/** `(each [name … iterator &until condition] …body)` */
export const each: Special = {
  compile(form, c, place) {
    const { bindings, until, forms } = loopParts(c, form);
    const iterator = bindings.at(-1);
    const only = bindings[0];
    const names = bindings.length === 2 && only?.kind === 'list' ? only.items : bindings.slice(0, -1);
    if (iterator === undefined || names.length === 0) {
      return c.fail(
        'expected-iterator',
        'expected binding and iterator',
        form,
        'write at least one name and then the iterator, as in [k v (pairs t)]',
      );
    }
    checkLocals(c, form, place, names.length);
    const line = form.pos.line;
    const source = iteratorValues(c, iterator, place);
    const loop = place.block.child(true);
    const text = inScope(c, loop, place.scope, (inner) => {
      place.block.fn.locals += hiddenLocals;
      const targets = names.map((name) => loopName(c, name, inner, form));
      for (const { target } of targets) target.finish();
      for (const { takeApart } of targets) takeApart();
      loopBody(c, until, forms, inner);
      place.block.fn.locals -= hiddenLocals;
      const left = join(
        targets.map(({ target }) => target.reference),
        ', ',
      );
      return [line, 'for ', left, ' in ', ropeList(source), ' do '];
    });
    closeLoop(text, loop, place.block, form, deepest(source));
    return [nil];
  },
};

/** `(for [name start stop step? &until condition] …body)` */
export const forForm: Special = {
  compile(form, c, place) {
    const { bindings, until, forms, sequence } = loopParts(c, form);
    const [name, ...range] = bindings;
    if (name?.kind !== 'sym' || name.name === 'nil') return failToBind(c, name ?? sequence, sequence);
    if (range.length > 3) {
      c.fail(
        'range-too-long',
        'unexpected arguments',
        sequence,
        'a range is a start, a stop and perhaps a step',
      );
    }
    if (range.length < 2) {
      c.fail(
        'range-too-short',
        'expected range to include start and stop',
        sequence,
        'write both ends of the range, as in [i 1 10]',
      );
    }
    checkLocals(c, form, place, 1);
    const line = form.pos.line;
    const limits = operands(c, range, place);
    const loop = place.block.child(true);
    const text = inScope(c, loop, place.scope, (inner) => {
      place.block.fn.locals += hiddenLocals;
      checkName(c, name, form);
      const target = localTarget(c, name, inner, { mutable: false, bare: true, named: true }, form);
      target.finish();
      loopBody(c, until, forms, inner);
      place.block.fn.locals -= hiddenLocals;
      return [line, 'for ', target.reference, ' = ', ropeList(limits), ' do '];
    });
    closeLoop(text, loop, place.block, form, deepest(limits));
    return [nil];
  },
};

/** `(while condition …body)` */
export const whileForm: Special = {
  compile(form, c, place) {
    const [, test, ...forms] = form.items;
    if (test === undefined) {
      return c.fail('expected-condition', 'expected condition', form, 'add the condition to go on');
    }
    const line = form.pos.line;
    const loop = place.block.child(true);
    const text = inScope(c, loop, place.scope, (inner): { head: Rope; level: number } => {
      const condition = value(c, test, inner);
      const simple = loop.empty;
      if (!simple) {
        const negated = operandRope(condition, Precedence.unary);
        loop.add([line, 'if not ', negated, ' then break end '], condition.level + 1);
      }
      body(c, forms, inner, drop);
      return simple
        ? { head: [line, 'while ', condition.rope, ' do '], level: condition.level }
        : { head: [line, 'while true do '], level: 0 };
    });
    closeLoop(text.head, loop, place.block, form, text.level);
    return [nil];
  },
};

function checkLocals(c: Context, form: List, place: Place, names: number): void {
  if (place.block.fn.locals + hiddenLocals + names <= maxLocals) return;
  c.fail(
    'too-many-locals',
    'expected fewer loops in one function: Lua allows 200 locals',
    form,
    'move the inner loops into a function',
  );
}

function closeLoop(head: Rope, loop: Block, block: Block, form: List, level: number): void {
  const text = [head, loop.close(), form.pos.endLine ?? form.pos.line, 'end '];
  block.add(text, Math.max(loop.level, level));
}

function loopBody(c: Context, until: Node | undefined, forms: readonly Node[], inner: Place): void {
  if (until !== undefined) {
    const condition = value(c, until, inner);
    inner.block.add([until.pos.line, 'if ', condition.rope, ' then break end '], condition.level + 1);
  }
  body(c, forms, inner, drop);
}

/** The three values a `for … in` takes; more than one expression when the form gives them one by one. */
function iteratorValues(c: Context, iterator: Node, place: Place): Values {
  let names: string[] = [];
  const values = c.compile(iterator, place, {
    kind: 'all',
    canDistribute: true,
    depth: 0,
    distribute: () => {
      names = [1, 2, 3].map(() => temporary(place.block, iterator.pos.line));
      return { kind: 'assign', targets: names };
    },
  });
  if (values === undefined) return names.map(constantName);
  return values.length === 0 ? [nil] : values;
}

/** A name of the loop, or a pattern of names taken apart at the start of each round. */
function loopName(
  c: Context,
  name: Node,
  inner: Place,
  form: Node,
): { target: Target; takeApart: () => void } {
  if (name.kind === 'sequence' || name.kind === 'table') {
    const target = temporaryTarget(inner.block, true);
    const declaring = { kind: 'declare', mutable: false } as const;
    return {
      target,
      takeApart: () => bindTable(c, name, { reference: target.reference }, inner, declaring, form),
    };
  }
  if (name.kind !== 'sym' || name.name === 'nil') return failToBind(c, name, form);
  if (multisym(name.name) !== undefined) {
    c.fail('unexpected-multisym', `unexpected multi symbol ${name.name}`, name, 'a loop binds plain names');
  }
  checkName(c, name, form);
  return { target: localTarget(c, name, inner, { mutable: false, named: true }, form), takeApart: () => {} };
}

function loopParts(
  c: Context,
  form: List,
): { bindings: readonly Node[]; until: Node | undefined; forms: readonly Node[]; sequence: Sequence } {
  const [head, sequence, ...forms] = form.items;
  if (sequence?.kind !== 'sequence') {
    return c.fail(
      'expected-bindings',
      'expected binding table',
      form,
      'put the names and what they run through into square brackets',
    );
  }
  if (forms.length === 0) {
    c.fail('expected-body', 'expected body expression', head!, 'add what to do in each round');
  }
  const bindings = [...sequence.items];
  let until: Node | undefined;
  for (let i = bindings.length - 2; i >= 2; i--) {
    const clause = clauseName(bindings[i]!);
    if (clause === undefined) continue;
    if (clause !== 'until' || until !== undefined) {
      c.fail(
        'unexpected-clause',
        `unexpected iterator clause: ${clause}`,
        form,
        'the only clause here is &until and its condition, once',
      );
    }
    [, until] = bindings.splice(i, 2);
  }
  return { bindings, until, forms, sequence };
}

function clauseName(node: Node): string | undefined {
  if (node.kind === 'string') return node.value;
  if (node.kind !== 'sym' || !/^&./.test(node.name) || multisym(node.name) !== undefined) return undefined;
  return node.name.slice(1);
}
