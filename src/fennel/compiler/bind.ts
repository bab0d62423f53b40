import type { Rope } from '../lua-text/rope.js';
import type { List, Node, Sequence, Table } from '../node.js';
import { bindTable } from './bind-table.js';
import type { Context, Place } from './context.js';
import { assign, declare, deliver, separator } from './deliver.js';
import type { Assign, Values } from './destination.js';
import { operand, settle, spread } from './operands.js';
import { failToBind, isDynamic } from './pattern.js';
import {
  type BindMode,
  dynamicParts,
  dynamicReference,
  dynamicTarget,
  symbolTarget,
  type Target,
  temporaryTarget,
} from './pattern-target.js';
import { enclose } from './temporary.js';

/**
 * Binds the names of a pattern to the parts of a value: the heart of `let`, `local`, `var`, `set`, `global`, arguments
 * and loops. `form` is what errors about the whole point at.
 */
export function bind(
  c: Context,
  pattern: Node,
  source: Node,
  place: Place,
  mode: BindMode,
  form: Node,
): void {
  if (pattern.kind === 'sym' && pattern.name !== 'nil') {
    const target = symbolTarget(c, pattern, place, mode, form);
    assignForm(c, [target], source, place);
    target.finish();
    return;
  }
  if (pattern.kind === 'list') {
    if (isDynamic(pattern)) setField(c, pattern, source, place, mode);
    else bindValues(c, pattern, source, place, mode, form);
    return;
  }
  if (pattern.kind === 'sequence' || pattern.kind === 'table') {
    if (pattern.kind === 'sequence' && source.kind === 'sequence' && isFlat(pattern.items)) {
      bindItems(c, pattern.items, source.items, place, mode, form);
    } else {
      bindTable(c, pattern, source, place, mode, form);
    }
    return;
  }
  failToBind(c, pattern, form);
}

/** `(a b)`: one name, or one pattern, for each of several values. */
function bindValues(c: Context, pattern: List, source: Node, place: Place, mode: BindMode, form: Node): void {
  if (pattern.items.length === 0) {
    c.fail(
      'empty-values',
      'must provide at least one value',
      pattern,
      'name at least one value between the ( )',
    );
  }
  bindEach(c, pattern.items, place, mode, form, (targets) => assignForm(c, targets, source, place));
}

/** `[a b]` to `[x y]`: no table needs to be made. */
function bindItems(
  c: Context,
  items: readonly Node[],
  sources: readonly Node[],
  place: Place,
  mode: BindMode,
  form: Node,
): void {
  const line = form.pos.line;
  bindEach(c, items, place, mode, form, (targets) =>
    put(targets, place, line, (inner, to) => {
      const values = spread(c, [], sources, inner, to, (built) => built);
      if (values !== undefined) deliver(values, to, inner.block, line);
    }),
  );
}

function bindEach(
  c: Context,
  items: readonly Node[],
  place: Place,
  mode: BindMode,
  form: Node,
  fill: (targets: Target[]) => void,
): void {
  const patterns: [pattern: Sequence | Table, value: Rope][] = [];
  const targets = items.map((item): Target => {
    if (item.kind === 'sym' && item.name !== 'nil') return symbolTarget(c, item, place, mode, form);
    if (isDynamic(item)) return dynamicTarget(c, item, place, mode);
    if (item.kind !== 'sequence' && item.kind !== 'table') return failToBind(c, item, form);
    const target = temporaryTarget(place.block);
    patterns.push([item, target.reference]);
    return target;
  });
  fill(targets);
  for (const target of targets) target.finish();
  for (const [pattern, reference] of patterns) {
    bindTable(c, pattern, { reference }, place, mode, form);
  }
}

/** `(set (. table key) value)` */
function setField(c: Context, pattern: List, source: Node, place: Place, mode: BindMode): void {
  const inner = place.block.child();
  const within = { scope: place.scope, block: inner };
  const settled = settle([...dynamicParts(c, pattern, within, mode), operand(c, source, within)], inner);
  const target = dynamicReference(settled.slice(0, -1)).rope;
  assign([[separator(target), target]], settled.slice(-1), inner, pattern.pos.line);
  enclose(inner, place.block, pattern.pos.line);
}

/** Compiles `source` to the targets, declaring those that are new. */
function assignForm(c: Context, targets: readonly Target[], source: Node, place: Place): void {
  put(targets, place, source.pos.line, (inner, to) => c.compile(source, inner, to));
}

/** Lets `fill` assign to the targets, and declares the new ones: in the same statement when that is all it takes. */
export function put(
  targets: readonly Target[],
  place: Place,
  line: number,
  fill: (inner: Place, to: Assign) => void,
): void {
  const references = targets.map((target) => target.reference);
  const names = targets.flatMap((target) => target.declares ?? []);
  const inner = place.block.child();
  let only: Values | undefined;
  fill(
    { scope: place.scope, block: inner },
    {
      kind: 'assign',
      targets: references,
      onAssign: (values, block) => {
        only = block === inner && inner.empty ? values : undefined;
      },
    },
  );
  if (only !== undefined && inner.size === 1 && names.length === references.length) {
    declare(names, only, place.block, line);
    return;
  }
  if (names.length > 0) declare(names, [], place.block, line);
  enclose(inner, place.block, line);
}

/** Whether every item is a name or a field: then items can be assigned one to one. */
function isFlat(items: readonly Node[]): boolean {
  return (
    items.length > 0 &&
    items.every(
      (item) => (item.kind === 'sym' && item.name !== 'nil' && !item.name.startsWith('&')) || isDynamic(item),
    )
  );
}
