import { read } from '../fennel/index.js';
import type { Node } from '../fennel/node.js';
import { fromText, toText } from '../lua/index.js';
import type { Diagnostic } from './diagnostic.js';
import type { Finding } from './finding.js';

/** A source line longer than this is cut in diagnostics. */
export const maxShownLine = 500;

/** The files a pipeline is made of, to show where in them a finding is: Lua knows lines, people want columns. */
export class SourceIndex {
  readonly #files = new Map<string, { readonly bytes: Uint8Array; forms?: readonly Node[] }>();

  add(file: string, bytes: Uint8Array): void {
    this.#files.set(file, { bytes });
  }

  /** The finding with its column and source line: those of the string it is about, or of the call. */
  diagnose({ code, message, hint, file, line, near }: Finding): Diagnostic {
    const place = this.#place(file, line, near) ?? { line, column: this.#firstColumn(file, line) };
    const sourceLine = this.#line(file, place.line);
    return { code, message, hint, file, ...place, sourceLine };
  }

  #place(file: string, line: number, near: string | undefined): { line: number; column: number } | undefined {
    const calls = findCalls(this.#forms(file), line);
    const wanted = near === undefined ? undefined : fromText(near);
    const about = calls.map((call) => findString(call, wanted)).find((found) => found !== undefined);
    const found = about ?? calls[0];
    return found === undefined ? undefined : { line: found.pos.line, column: found.pos.column };
  }

  #forms(file: string): readonly Node[] {
    const known = this.#files.get(file);
    if (known === undefined) return [];
    known.forms ??= readForms(known.bytes, file);
    return known.forms;
  }

  #line(file: string, line: number): string | undefined {
    const known = this.#files.get(file);
    if (known === undefined || line < 1) return undefined;
    const text = toText(Buffer.from(known.bytes).toString('latin1')).split('\n')[line - 1];
    return text?.replace(/\r$/, '').slice(0, maxShownLine);
  }

  #firstColumn(file: string, line: number): number {
    const text = this.#line(file, line);
    return text === undefined ? 0 : Math.max(0, text.search(/\S/)) + 1;
  }
}

/** Source that compiled can be read; should it not, a finding does without a column. */
const readForms = (bytes: Uint8Array, file: string): readonly Node[] => {
  try {
    return read(bytes, file);
  } catch {
    return [];
  }
};

const registering = /(^|[.:])(job|image|parallel)$/;

/** The calls that begin in `line`, outermost first; those that look like a registration, when there are any. */
const findCalls = (forms: readonly Node[], line: number): Node[] => {
  const calls = forms.flatMap(walk).filter((node) => node.kind === 'list' && node.pos.line === line);
  const likely = calls.filter((node) => {
    const head = node.kind === 'list' ? node.items[0] : undefined;
    return head?.kind === 'sym' && registering.test(head.name);
  });
  return likely.length > 0 ? likely : calls;
};

const findString = (form: Node, value: string | undefined): Node | undefined =>
  value === undefined ? undefined : walk(form).find((node) => node.kind === 'string' && node.value === value);

const walk = (node: Node): Node[] => [node, ...childrenOf(node).flatMap(walk)];

const childrenOf = (node: Node): readonly Node[] => {
  if (node.kind === 'list' || node.kind === 'sequence') return node.items;
  return node.kind === 'table' ? node.entries.flat() : [];
};
