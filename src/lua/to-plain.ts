import { isUtf8, toText } from './bytes.js';
import { LuaError } from './error.js';
import type { PlainData, ToPlainOptions } from './plain-data.js';
import type { LuaTable, LuaValue } from './vm.js';

const DEFAULTS = { emptyTable: 'object', strings: 'utf8', maxDepth: 100, maxValues: 1_000_000 } as const;

/** A deep copy of a Lua value as plain data; see `Vm.toPlain`. @throws LuaError `conversion` */
export function toPlain(value: LuaValue, options: ToPlainOptions = {}): PlainData {
  return new Conversion({ ...DEFAULTS, ...options }).convert(value, []);
}

type Path = readonly (string | number)[];

class Conversion {
  readonly #options: Required<ToPlainOptions>;
  /** The tables around the value at hand, to notice one that contains itself. */
  readonly #around = new Set<LuaTable>();
  #values = 0;

  constructor(options: Required<ToPlainOptions>) {
    this.#options = options;
  }

  convert(value: LuaValue, path: Path): PlainData {
    if (++this.#values > this.#options.maxValues) {
      return refuse(path, `more than ${this.#options.maxValues} values`);
    }
    if (value === undefined) return null;
    if (typeof value === 'string') return this.#text(value, path);
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') {
      return Number.isFinite(value)
        ? value
        : refuse(path, `the number ${value}, which plain data cannot hold`);
    }
    if (value.kind !== 'table') return refuse(path, `a ${value.kind}`);
    return this.#table(value, path);
  }

  #table(table: LuaTable, path: Path): PlainData {
    if (this.#around.has(table)) return refuse(path, 'a table that contains itself');
    if (path.length >= this.#options.maxDepth) {
      return refuse(path, `a table nested deeper than ${this.#options.maxDepth} levels`);
    }
    this.#around.add(table);
    const entries = [...table.entries()];
    const isSequence = entries.length > 0 && entries.every(([key], i) => key === i + 1);
    const isEmptyArray = entries.length === 0 && this.#options.emptyTable === 'array';
    const data =
      isSequence || isEmptyArray
        ? entries.map(([, value], i) => this.convert(value, [...path, i + 1]))
        : this.#object(entries, path);
    this.#around.delete(table);
    return data;
  }

  #object(entries: readonly [LuaValue, LuaValue][], path: Path): PlainData {
    const data: Record<string, PlainData> = {};
    for (const [key, value] of entries) {
      const name = this.#key(key, path);
      if (Object.hasOwn(data, name)) return refuse(path, `the key ${name} both as a number and as a string`);
      // Not by assignment: the key may be `__proto__`.
      const property = { value: this.convert(value, [...path, name]), ...PLAIN_PROPERTY };
      Object.defineProperty(data, name, property);
    }
    return data;
  }

  #key(key: LuaValue, path: Path): string {
    if (typeof key === 'string') return this.#text(key, path);
    if (typeof key === 'number' && Number.isInteger(key)) return String(key);
    const kind = typeof key === 'object' ? `a ${key.kind}` : String(key);
    return refuse(path, `the key ${kind}: expected strings, or whole numbers`);
  }

  #text(bytes: string, path: Path): string {
    const { strings } = this.#options;
    if (strings === 'bytes') return bytes;
    if (strings === 'utf8' && !isUtf8(bytes)) return refuse(path, 'a string that is not UTF-8 text');
    return toText(bytes);
  }
}

const PLAIN_PROPERTY = { writable: true, enumerable: true, configurable: true };

function refuse(path: Path, found: string): never {
  const place = path.length === 0 ? 'the value' : path.map(step).join('').replace(/^\./, '');
  throw new LuaError({ code: 'conversion', message: `${place} cannot become plain data: found ${found}` });
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
