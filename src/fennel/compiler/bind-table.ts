import {
  callOf,
  constantName,
  type Expression,
  indexOf,
  literal,
  numberLiteral,
  tableLiteral,
} from '../lua-text/expression.js';
import { luaNumber, luaString } from '../lua-text/literal.js';
import { join, type Rope } from '../lua-text/rope.js';
import type { Node, Sequence, Sym, Table } from '../node.js';
import { multisym } from '../scope/multisym.js';
import type { Context, Place } from './context.js';
import { assign, declare } from './deliver.js';
import { value } from './operands.js';
import { failToBind, isDynamic } from './pattern.js';
import { type BindMode, dynamicTarget, symbolTarget, type Target } from './pattern-target.js';
import { restOfSequence, restOfTable } from './rest.js';
import { localOf, variable } from './symbol.js';
import { enclose, nameTemporary, save } from './temporary.js';

/** Something to be taken apart: a form, or a Lua place that holds it already. */
export type TableSource = Node | { readonly reference: Rope };

/** `[a b & rest]` and `{:key a & rest}`: binds names to the fields of a table. */
export function bindTable(
  c: Context,
  pattern: Sequence | Table,
  source: TableSource,
  place: Place,
  mode: BindMode,
  form: Node,
): void {
  const binding = new TableBinding(c, place, mode, form);
  binding.takeApart(pattern, binding.source(source, pattern));
  binding.finish(pattern.pos.line);
}

class TableBinding {
  readonly #c: Context;
  readonly #place: Place;
  readonly #inner: Place;
  readonly #mode: BindMode;
  readonly #form: Node;
  readonly #targets: Target[] = [];
  /** Assignments not yet written: as long as no temporary comes between, one statement can hold them all. */
  #pending: { target: Target; value: Expression; line: number }[] = [];

  constructor(c: Context, place: Place, mode: BindMode, form: Node) {
    this.#c = c;
    this.#place = place;
    this.#inner = { scope: place.scope, block: place.block.child() };
    this.#mode = mode;
    this.#form = form;
  }

  /** The table to take fields from, as a name that may be written many times. */
  source(source: TableSource, pattern: Node): Expression {
    if ('reference' in source) return constantName(source.reference);
    const literalSource =
      source.kind === 'string' ||
      source.kind === 'number' ||
      source.kind === 'boolean' ||
      (source.kind === 'sym' && source.name === 'nil');
    if (literalSource) {
      this.#c.fail(
        'destructuring-literal',
        'could not destructure literal',
        pattern,
        'only a table has fields to bind names to',
      );
    }
    if (
      source.kind === 'sym' &&
      multisym(source.name) === undefined &&
      localOf(this.#c, source, this.#place.scope)
    ) {
      return variable(this.#c, source.name, source, this.#place.scope);
    }
    const table = save(value(this.#c, source, this.#inner), this.#inner.block, source.pos.line);
    if (typeof table.rope === 'string') nameTemporary(this.#c, table.rope, source);
    return table;
  }

  takeApart(pattern: Sequence | Table, table: Expression): void {
    if (pattern.kind === 'sequence') this.#items(pattern, table);
    else this.#entries(pattern, table);
  }

  finish(line: number): void {
    const block = this.#place.block;
    const names = this.#targets.flatMap((target) => target.declares ?? []);
    const together = this.#pending.length === names.length && this.#pending.length > 0;
    if (this.#inner.block.empty && together) {
      declare(
        names,
        this.#pending.map((each) => each.value),
        block,
        line,
      );
    } else {
      if (names.length > 0) declare(names, [], block, line);
      this.#write();
      enclose(this.#inner.block, block, line);
    }
    for (const target of this.#targets) target.finish();
  }

  #items(pattern: Sequence, table: Expression): void {
    const { items } = pattern;
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      if (isSym(item, '&')) {
        const rest = items[i + 1];
        const after = items[i + 2];
        if (rest === undefined || (after !== undefined && !isSym(after, '&as'))) this.#restNotLast(pattern);
        this.#element(rest!, restOfSequence(this.#c, table, i + 1, item.pos.line), pattern);
        i++;
      } else if (isSym(item, '&as')) {
        if (i + 2 !== items.length) {
          this.#c.fail(
            'as-not-last',
            'expected &as argument before last parameter',
            pattern,
            'put &as and the name for the whole table at the end',
          );
        }
        this.#name(items[i + 1]!, table, pattern);
        i++;
      } else {
        this.#element(item, indexOf(table, numberLiteral(String(i + 1))), pattern);
      }
    }
  }

  #entries(pattern: Table, table: Expression): void {
    for (const [key, item] of pattern.entries) {
      if (isSym(key, '&as')) this.#name(item, table, pattern);
      else if (isSym(key, '&')) this.#element(item, this.#restOf(pattern, table, key), pattern);
      else this.#element(item, this.#field(table, key), pattern);
    }
  }

  #field(table: Expression, key: Node): Expression {
    switch (key.kind) {
      case 'string':
        return indexOf(table, key.value);
      case 'number':
        return indexOf(table, numberLiteral(luaNumber(key.text)));
      case 'boolean':
        return indexOf(table, literal(String(key.value), 'boolean'));
      default:
        return this.#c.fail(
          'key-not-literal',
          'expected key to be a literal',
          key,
          'in a pattern a key is a string or a number; to look up a computed key, use .',
        );
    }
  }

  #restOf(pattern: Table, table: Expression, at: Node): Expression {
    const keys = pattern.entries.flatMap(([key]) => (key.kind === 'string' ? [key.value] : []));
    const fields = keys.map((key) => `[${luaString(key)}] = true`);
    const taken = tableLiteral(['{', join(fields, ', '), '}'], []);
    return callOf(constantName(restOfTable(this.#c)), [table, taken], at.pos.line);
  }

  #name(item: Node, table: Expression, pattern: Node): void {
    if (item.kind !== 'sym' || item.name === 'nil') failToBind(this.#c, item, pattern);
    this.#element(item, table, pattern);
  }

  #element(item: Node, field: Expression, pattern: Node): void {
    if (item.kind === 'sym' && item.name !== 'nil') {
      this.#assign(symbolTarget(this.#c, item, this.#place, this.#mode, this.#form), field, item);
    } else if (isDynamic(item)) {
      this.#write();
      this.#assign(dynamicTarget(this.#c, item, this.#inner, this.#mode), field, item);
    } else if (item.kind === 'sequence' || item.kind === 'table') {
      this.#write();
      this.takeApart(item, save(field, this.#inner.block, item.pos.line));
    } else {
      failToBind(this.#c, item, pattern);
    }
  }

  #assign(target: Target, value: Expression, item: Node): void {
    this.#targets.push(target);
    this.#pending.push({ target, value, line: item.pos.line });
  }

  #write(): void {
    for (const { target, value, line } of this.#pending) {
      assign([target.reference], [value], this.#inner.block, line);
    }
    this.#pending = [];
  }

  #restNotLast(pattern: Node): never {
    return this.#c.fail(
      'rest-not-last',
      'expected rest argument before last parameter',
      pattern,
      'put & right before the last name of the pattern',
    );
  }
}

function isSym(node: Node, name: string): node is Sym {
  return node.kind === 'sym' && node.name === name;
}
