import { viewAtom } from './view/atom.js';
import { findRepeats, type Repeats } from './view/repeats.js';
import { tableShape } from './view/table-shape.js';

/** How `view` writes a value. */
export interface ViewOptions {
  /** Never break a line. Default false. */
  readonly oneLine?: boolean;
  /** Characters after which a table is laid out over several lines. Default 80. */
  readonly lineLength?: number;
  /** Levels of tables, of which the last is written `{...}`. Default 128. */
  readonly depth?: number;
  /** Mark tables that contain themselves (`@1{... @1{...}}`); otherwise only `depth` ends them. Default true. */
  readonly detectCycles?: boolean;
  /** Write a table without entries as `[]`. An empty JavaScript array always is. Default false. */
  readonly emptyAsSequence?: boolean;
  /** Write strings as `:keyword` where that is legal, not only keys. Default false. */
  readonly preferColon?: boolean;
  /** Write a newline in a string as `\n`, so that a string takes one line. Default false, as in Fennel. */
  readonly escapeNewlines?: boolean;
  /** Largest step between whole-number keys of what is still written as a sequence with nils. Default 1. */
  readonly maxSparseGap?: number;
  /** Strings in the value are text; without it they are byte strings, as the VM gives them. Default false. */
  readonly text?: boolean;
}

/**
 * Writes a value as Fennel source, for logs: what the VM gives (byte strings, tables, functions) and plain JavaScript
 * data (arrays, Maps, objects). Keys are in a fixed order; what has no notation is shown as `#<function>`. Metamethods
 * do not run. The result is a byte string, or text with the option `text`.
 */
export function view(value: unknown, options: ViewOptions = {}): string {
  return new View(value, options).write(value, 0, 0, false);
}

class View {
  readonly #options: Required<ViewOptions>;
  readonly #repeats: Repeats;
  /** The number of each table that contains itself, in the order they are met. */
  readonly #ids = new Map<object, number>();

  constructor(value: unknown, options: ViewOptions) {
    this.#options = {
      oneLine: false,
      lineLength: 80,
      depth: 128,
      detectCycles: true,
      emptyAsSequence: false,
      preferColon: false,
      escapeNewlines: false,
      maxSparseGap: 1,
      text: false,
      ...options,
    };
    this.#repeats = this.#options.detectCycles ? findRepeats(value, this.#options.depth) : noRepeats;
  }

  /** `indent` is the column the value starts in, `level` the number of tables around it. */
  write(value: unknown, indent: number, level: number, isKey: boolean): string {
    const shape = tableShape(value, this.#options.maxSparseGap);
    if (shape === undefined) return viewAtom(value, isKey, this.#options);
    if (shape.entries.length === 0) {
      return this.#options.emptyAsSequence || Array.isArray(value) ? '[]' : '{}';
    }
    const table = value as object;
    const [open, close] = shape.isSequence ? '[]' : '{}';
    if (level + 1 >= this.#options.depth) return `${open}...${close}`;
    const known = this.#ids.get(table);
    if (known !== undefined) return `@${known}${open}...${close}`;

    const start = `${this.#mark(table)}${open}`;
    const inner = indent + start.length;
    const parts = shape.entries.map(([key, item]) => {
      if (shape.isSequence) return this.write(item, inner, level + 1, false);
      const name = this.write(key, inner + 1, level + 1, true);
      return `${name} ${this.write(item, inner + this.#width(name) + 1, level + 1, false)}`;
    });
    return this.#layOut(parts, start, close as string, inner);
  }

  /** Gives a number to a table that can be reached from itself; it is shown only where something refers to it. */
  #mark(table: object): string {
    if (!this.#repeats.containsItself(table)) return '';
    const id = this.#ids.size + 1;
    this.#ids.set(table, id);
    return this.#repeats.isRepeated(table) ? `@${id}` : '';
  }

  #layOut(parts: readonly string[], start: string, close: string, indent: number): string {
    const oneLine = `${start}${parts.join(' ')}${close}`;
    if (this.#options.oneLine) return oneLine;
    const fits = !oneLine.includes('\n') && indent + this.#width(oneLine) <= this.#options.lineLength;
    return fits ? oneLine : `${start}${parts.join(`\n${' '.repeat(indent)}`)}${close}`;
  }

  /** Characters as a reader counts them. */
  #width(written: string): number {
    if (this.#options.text) return Array.from(written).length;
    return written.length - (written.match(/[\x80-\xbf]/g)?.length ?? 0);
  }
}

const noRepeats: Repeats = { containsItself: () => false, isRepeated: () => false };
