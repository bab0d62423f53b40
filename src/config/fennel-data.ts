import { toText } from '../fennel/bytes.js';
import { FennelError } from '../fennel/errors.js';
import type { Node, Num, Position, Table } from '../fennel/node.js';
import { read } from '../fennel/read.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { formatKey, type KeyPath } from './key-path.js';

/** Fennel source read as data: plain values, and where each of them was written. */
export interface FennelData {
  readonly file: string;
  /** Tables become objects, lists arrays; undefined when the source holds no form. */
  readonly value: unknown;
  /** What was written there but is no data; its place in `value` is undefined. */
  readonly problems: readonly ConfigProblem[];
  /** Where the value at `path` begins; that of the nearest enclosing value when there is none. */
  valueAt(path: KeyPath): Position;
  /** Where the key at the end of `path` is written. */
  keyAt(path: KeyPath): Position;
}

/**
 * Reads one Fennel form as data: tables with string keys, lists, strings, numbers and booleans; a key whose value
 * is `nil` counts as absent. Code is never run. Throws {@link ConfigError} for what cannot be read at all.
 */
export function readFennelData(source: string | Uint8Array, file: string): FennelData {
  const conversion = new Conversion(file);
  const [first, second] = readForms(source, file);
  const value = first && conversion.convert(first, []);
  if (second) conversion.refuse([], second, 'one table', 'a second form');
  return {
    file,
    value,
    problems: conversion.problems,
    valueAt: (path) => nearest(conversion.values, path) ?? { file, line: 1, column: 1 },
    keyAt: (path) => nearest(conversion.keys, path) ?? { file, line: 1, column: 1 },
  };
}

function readForms(source: string | Uint8Array, file: string): Node[] {
  try {
    return read(source, file);
  } catch (error) {
    if (!(error instanceof FennelError)) throw error;
    throw new ConfigError(
      error.errors.map(({ line, column, message, hint }) => ({
        kind: 'syntax',
        file,
        line,
        column,
        message,
        hint,
      })),
    );
  }
}

class Conversion {
  readonly problems: ConfigProblem[] = [];
  readonly values = new Map<string, Position>();
  readonly keys = new Map<string, Position>();
  constructor(readonly file: string) {}

  convert(node: Node, path: KeyPath): unknown {
    this.values.set(JSON.stringify(path), node.pos);
    switch (node.kind) {
      case 'string':
        return toText(node.value);
      case 'boolean':
        return node.value;
      case 'number':
        return this.#number(node, path);
      case 'sequence':
        return node.items.map((item, index) => this.convert(item, [...path, index]));
      case 'table':
        return this.#table(node, path);
      case 'list':
        return this.refuse(path, node, data, 'code in parentheses (a list is written with [ ])');
      case 'sym':
        return this.refuse(path, node, data, `the symbol ${toText(node.name)} (a string is written "…")`);
      case 'varg':
        return this.refuse(path, node, data, '...');
    }
  }

  refuse(path: KeyPath, { pos }: Node, expected: string, found: string): undefined {
    const { line, column } = pos;
    if (this.problems.length < maxReported)
      this.problems.push({
        kind: 'value',
        file: this.file,
        line,
        column,
        key: formatKey(path),
        expected,
        found,
      });
  }

  #number(node: Num, path: KeyPath): number | undefined {
    const number = numberOf(node.text);
    return number ?? this.refuse(path, node, 'a decimal or a whole hexadecimal number', node.text);
  }

  #table(table: Table, path: KeyPath): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const [key, value] of table.entries) {
      if (key.kind !== 'string') {
        this.refuse(path, key, 'a string as key', `a ${key.kind}`);
        continue;
      }
      const name = toText(key.value);
      const inner = [...path, name];
      const first = this.keys.get(JSON.stringify(inner));
      if (first) {
        this.refuse(inner, key, 'each key once', `a second one (the first is on line ${first.line})`);
        continue;
      }
      // Objects treat this one name apart; nothing is called so.
      if (name === '__proto__') this.refuse(inner, key, 'another name', name);
      this.keys.set(JSON.stringify(inner), key.pos);
      if (value.kind !== 'sym' || value.name !== 'nil') entries.push([name, this.convert(value, inner)]);
    }
    return Object.fromEntries(entries);
  }
}

/** More problems of one file help nobody, and a hostile file could have any number. */
export const maxReported = 100;

const data = 'data (a table, a list, a string, a number, true or false)';

function numberOf(text: string): number | undefined {
  const special: Record<string, number> = {
    '.inf': Number.POSITIVE_INFINITY,
    '-.inf': Number.NEGATIVE_INFINITY,
    '.nan': Number.NaN,
  };
  if (text in special) return special[text];
  const sign = text.startsWith('-') ? -1 : 1;
  const number = Number(text.replace(/^-/, ''));
  return Number.isNaN(number) ? undefined : sign * number;
}

function nearest(positions: ReadonlyMap<string, Position>, path: KeyPath): Position | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = positions.get(JSON.stringify(path.slice(0, length)));
    if (found) return found;
  }
  return undefined;
}
