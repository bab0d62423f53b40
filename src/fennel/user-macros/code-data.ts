import { type ExactValue, LuaFloat, type LuaInput, type LuaTable, type Vm } from '../../lua/index.js';
import type { Node, Position, Sym } from '../node.js';
import { show } from '../show.js';

/** The metatables that tell the kinds of code apart. */
export interface CodeMetatables {
  readonly lists: LuaTable;
  readonly sequences: LuaTable;
  readonly tables: LuaTable;
  readonly symbols: LuaTable;
  readonly vargs: LuaTable;
}

/** Why a value of the compiler's Lua cannot be code. */
export class NotCode extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Code as Lua data and back. What a macro gives back unchanged is the very node it was given. */
export class CodeData {
  readonly metatables: CodeMetatables;
  /** Table of code → the number of the quoted form it was made of. */
  readonly marks: LuaTable;
  readonly #vm: Vm;
  readonly #positions: readonly Position[];
  readonly #maxDepth: number;
  #nodesLeft: number;

  /** @param positions those of the quoted forms, by number */
  constructor(vm: Vm, positions: readonly Position[], maxDepth: number, maxNodes: number) {
    this.#vm = vm;
    this.marks = vm.createTable();
    this.#positions = positions;
    this.#maxDepth = maxDepth;
    this.#nodesLeft = maxNodes;
    const text = vm.createExactFunction('tostring', ([value]) => this.toText(value));
    const make = (): LuaTable => vm.createTable({ entries: [['__tostring', text]] });
    this.metatables = {
      lists: make(),
      sequences: vm.createTable(),
      tables: vm.createTable(),
      symbols: make(),
      vargs: make(),
    };
  }

  toLua(node: Node): LuaInput {
    const { lists, sequences, tables, symbols, vargs } = this.metatables;
    switch (node.kind) {
      case 'sym':
        return this.#vm.createTable({ array: [node.name], metatable: symbols, host: node });
      case 'varg':
        return this.#vm.createTable({ array: ['...'], metatable: vargs, host: node });
      case 'string':
        return node.value;
      case 'number':
        return numberValue(node.text);
      case 'boolean':
        return node.value;
      case 'list':
      case 'sequence':
        return this.#vm.createTable({
          array: node.items.map((item) => this.toLua(item)),
          metatable: node.kind === 'list' ? lists : sequences,
          host: node,
        });
      case 'table':
        return this.#vm.createTable({
          entries: node.entries.map(([key, value]) => [this.toLua(key), this.toLua(value)] as const),
          metatable: tables,
          host: node,
        });
    }
  }

  /** The node a value stands for; nodes that a macro has made get the position `pos`, of its call. */
  toNode(value: ExactValue, pos: Position): Node {
    return this.#node(value, pos, pos, 0);
  }

  /** `tostring` of code: a symbol's name, a list as it would be written. */
  toText(value: ExactValue): string {
    const node = this.toNode(value, { file: '', line: 1, column: 1 });
    return node.kind === 'sym' ? node.name : show(node);
  }

  /** Whether the value is a table of one of the kinds of code. */
  isCode(value: ExactValue): boolean {
    if (typeof value !== 'object' || value.kind !== 'table') return false;
    const { metatable } = value;
    return metatable !== undefined && Object.values(this.metatables).includes(metatable);
  }

  /** Where a table of code was written: what was read, or the quoted form it was made of. */
  positionOf(table: LuaTable): Position | undefined {
    const mark = this.marks.get(table);
    return mark === undefined ? (table.host as Node | undefined)?.pos : this.#positions[mark as number];
  }

  /** `at` is the position of a value that has none of its own, `pos` that of the macro's call. */
  #node(value: ExactValue, at: Position, pos: Position, depth: number): Node {
    if (depth > this.#maxDepth) {
      throw new NotCode(
        'nesting-too-deep',
        `a macro gave code nested more than ${this.#maxDepth} levels deep`,
      );
    }
    if (--this.#nodesLeft < 0) {
      throw new NotCode('too-many-expansions', 'macros have given too much code');
    }
    switch (typeof value) {
      case 'undefined':
        return { kind: 'sym', name: 'nil', pos: at };
      case 'string':
        return { kind: 'string', value, pos: at };
      case 'number':
        return { kind: 'number', text: numberText(value), pos: at };
      case 'boolean':
        return { kind: 'boolean', value, pos: at };
    }
    if (value.kind === 'float') return { kind: 'number', text: floatText(value.value), pos: at };
    if (value.kind !== 'table') {
      throw new NotCode('not-code', `could not compile value of type ${value.kind}`);
    }
    return this.#table(value, pos, depth);
  }

  #table(table: LuaTable, pos: Position, depth: number): Node {
    const { lists, sequences, symbols, vargs } = this.metatables;
    const origin = table.host as Node | undefined;
    const mark = origin === undefined ? this.marks.get(table) : undefined;
    const quotedAt = mark === undefined ? undefined : this.#positions[mark as number];
    const at = quotedAt === undefined ? (origin?.pos ?? pos) : { ...pos, quotedAt };
    switch (table.metatable) {
      case symbols:
        return this.#symbol(table, at, origin);
      case vargs:
        return origin ?? { kind: 'varg', pos: at };
      case lists:
        return this.#items('list', table, at, origin, pos, depth);
      case sequences:
        return indices(table).only
          ? this.#items('sequence', table, at, origin, pos, depth)
          : this.#entries(table, at, origin, pos, depth);
      default:
        return origin?.kind !== 'table' && indices(table).only
          ? this.#items('sequence', table, at, origin, pos, depth)
          : this.#entries(table, at, origin, pos, depth);
    }
  }

  #symbol(table: LuaTable, pos: Position, origin: Node | undefined): Sym {
    const name = table.get(1);
    if (typeof name !== 'string') throw new NotCode('not-code', 'a symbol has lost its name');
    if (origin?.kind === 'sym' && origin.name === name) return origin;
    if (table.get('quoted') === true && !name.includes('~')) return { kind: 'sym', name, pos, quoted: true };
    return { kind: 'sym', name, pos };
  }

  #items(
    kind: 'list' | 'sequence',
    table: LuaTable,
    at: Position,
    origin: Node | undefined,
    pos: Position,
    depth: number,
  ): Node {
    const given = origin?.kind === kind ? origin.items : [];
    const items: Node[] = [];
    const count = indices(table).last;
    for (let i = 1; i <= count; i++) {
      items.push(this.#same(given[i - 1], table.getExact(i), at, pos, depth));
    }
    const unchanged =
      origin?.kind === kind && count === given.length && items.every((item, i) => item === given[i]);
    return unchanged ? origin : { kind, items, pos: at };
  }

  #entries(table: LuaTable, at: Position, origin: Node | undefined, pos: Position, depth: number): Node {
    const given = origin?.kind === 'table' ? origin.entries : [];
    const entries: [Node, Node][] = [];
    for (const [key, value] of table.exactEntries()) {
      const before = given[entries.length];
      entries.push([
        this.#same(before?.[0], key, at, pos, depth),
        this.#same(before?.[1], value, at, pos, depth),
      ]);
    }
    const unchanged =
      origin?.kind === 'table' &&
      entries.length === given.length &&
      entries.every(([key, value], i) => key === given[i]![0] && value === given[i]![1]);
    return unchanged ? origin : { kind: 'table', entries, pos: at };
  }

  /** The node that stood here, if the value is still the same: numbers keep the way they were written. */
  #same(before: Node | undefined, value: ExactValue, at: Position, pos: Position, depth: number): Node {
    const same =
      (before?.kind === 'string' && before.value === value) ||
      (before?.kind === 'number' && isSameNumber(numberValue(before.text), value)) ||
      (before?.kind === 'boolean' && before.value === value);
    return same ? before! : this.#node(value, at, pos, depth + 1);
  }
}

/** Whether the keys are 1, 2, 3 and so on, with few holes at most, and what the last one is. */
function indices(table: LuaTable): { readonly last: number; readonly only: boolean } {
  let last = 0;
  let count = 0;
  let others = false;
  for (const [key] of table.entries()) {
    if (typeof key === 'number' && Number.isInteger(key) && key >= 1) {
      count++;
      if (key > last) last = key;
    } else {
      others = true;
    }
  }
  const sparse = last > 2 * count + 16;
  return { last: sparse ? count : last, only: !others && !sparse };
}

function isSameNumber(before: number | LuaFloat, value: ExactValue): boolean {
  if (before instanceof LuaFloat) return value instanceof LuaFloat && Object.is(before.value, value.value);
  return Object.is(before, value);
}

/** A numeral is a float when it has a point or an exponent, also if it is whole. */
function numberValue(text: string): number | LuaFloat {
  const value = numeral(text);
  const isFloat = /^-?0x/i.test(text) ? /[.p]/i.test(text) : /[.e]/i.test(text);
  return isFloat && Number.isInteger(value) ? new LuaFloat(value) : value;
}

function numeral(text: string): number {
  switch (text) {
    case '.inf':
      return Number.POSITIVE_INFINITY;
    case '-.inf':
      return Number.NEGATIVE_INFINITY;
    case '.nan':
    case '-.nan':
      return Number.NaN;
  }
  const hexadecimal = /^(-?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)(?:[pP]([-+]?\d+))?$/.exec(text);
  if (hexadecimal === null) return Number(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = hexadecimal;
  const digits = Number.parseInt(whole + fraction || '0', 16);
  return (sign === '-' ? -1 : 1) * digits * 2 ** (Number(exponent) - 4 * fraction.length);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return String(value);
}

/** A whole number as a numeral of a float. */
export function floatText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('e') ? text : `${text}.0`;
}
