import { type FennelError, joinErrors } from './errors.js';
import type { Node, Position } from './node.js';
import { readAtom } from './read-atom.js';
import { readEntries } from './read-entries.js';
import { readString } from './read-string.js';
import { type Frame, unclosed } from './reader-frame.js';
import type { Source } from './source.js';
import { characterHint, classes, closers, prefixes, printable } from './source-bytes.js';

/** How deeply delimiters and prefixes may be nested in source text. */
export const maxNesting = 200;

/** After this many errors the reader and the compiler stop looking for more. */
export const maxErrors = 20;

/** Reads a source form by form, without recursion. */
export class Reader {
  readonly #source: Source;
  readonly #text: string;
  readonly #file: string;
  readonly #stack: Frame[] = [];
  /** A form that was just finished at the top. */
  #form: Node | undefined;
  readonly #errors: FennelError[] = [];
  #at = 0;
  #line = 1;
  /** Index of the byte that would be column 0, moved forward by every UTF-8 continuation byte: columns count characters. */
  #columnZero = -1;
  /** Whether the next opening delimiter follows whitespace, an opening delimiter or a prefix, as it must. */
  #separated = true;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    this.#file = source.file;
  }

  /** The next form, or undefined at the end, when all errors are thrown. */
  next(): Node | undefined {
    if (this.#at === 0) this.#skipStart();
    while (this.#at < this.#text.length) {
      this.#readToken();
      if (this.#form === undefined) continue;
      const form = this.#form;
      this.#form = undefined;
      return form;
    }
    if (this.#stack.length > 0) this.#endOfFile();
    if (this.#errors.length > 0) throw joinErrors(this.#errors);
    return undefined;
  }

  /** A byte order mark, and the line that names the interpreter. */
  #skipStart(): void {
    if (this.#text.startsWith('\xef\xbb\xbf')) {
      this.#at = 3;
      this.#columnZero = 2;
    }
    if (this.#text.startsWith('#!', this.#at)) this.#skipLine();
  }

  #readToken(): void {
    const char = this.#text[this.#at]!;
    const kind = classes[char.charCodeAt(0)];
    if (kind === 1) this.#skipWhitespace();
    else if (char === ';') this.#skipLine();
    else if (char === '(' || char === '[' || char === '{') this.#open(char);
    else if (char === ')' || char === ']' || char === '}') this.#close(char);
    else if (char === '"') this.#readString();
    else if (prefixes[char] !== undefined) this.#readPrefix(char);
    else if (kind === 2 || char === '~') this.#readAtom();
    else this.#readIllegal(char);
  }

  #readIllegal(char: string): void {
    const at = this.#position();
    this.#at++;
    this.#report('invalid-character', `invalid character: ${printable(char)}`, at, characterHint(char));
  }

  #skipWhitespace(): void {
    while (classes[this.#text.charCodeAt(this.#at)] === 1) {
      if (this.#text.charCodeAt(this.#at) === 10) this.#newline(this.#at);
      this.#at++;
    }
    this.#separated = true;
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
    if (end === -1) this.#columnZero = this.#at - 1;
    this.#separated = true;
  }

  #open(opener: string): void {
    if (!this.#separated) {
      this.#report(
        'missing-whitespace',
        `expected whitespace before opening delimiter ${opener}`,
        this.#position(),
        'put a space between the two forms',
      );
    }
    this.#push({ opener, closer: closers[opener]!, items: [], line: this.#line, column: this.#column() });
    this.#at++;
    this.#separated = true;
  }

  #readPrefix(char: string): void {
    const at = this.#position();
    const line = this.#line;
    const column = this.#column();
    this.#at++;
    const next = this.#text[this.#at];
    const alone = next === undefined || classes[next.charCodeAt(0)] === 1 || ')]}'.includes(next);
    if (!alone) {
      this.#push({ opener: char, closer: undefined, prefix: prefixes[char]!, items: [], line, column });
      this.#separated = true;
    } else if (char === '#') {
      this.#add({ kind: 'sym', name: '#', pos: this.#closed(at.line, at.column) });
    } else {
      this.#report(
        'whitespace-after-prefix',
        `invalid whitespace after quoting prefix ${char}`,
        at,
        `write the form directly after ${char}, or delete the ${char}`,
      );
    }
  }

  #readAtom(): void {
    const line = this.#line;
    const column = this.#column();
    const start = this.#at++;
    for (;;) {
      const byte = this.#text.charCodeAt(this.#at);
      if (classes[byte] !== 2) break;
      if ((byte & 0xc0) === 0x80) this.#columnZero++;
      this.#at++;
    }
    const text = this.#text.slice(start, this.#at);
    const pos = this.#closed(line, column);
    const atom = readAtom(text, pos);
    if ('kind' in atom) {
      this.#add(atom);
      return;
    }
    this.#report(atom.code, atom.message, { ...pos, column: column + (atom.offset ?? 0) }, atom.hint);
    this.#add({ kind: 'sym', name: 'nil', pos });
  }

  #readString(): void {
    const at = this.#position();
    const start = ++this.#at;
    let escaped = false;
    for (; ; this.#at++) {
      const byte = this.#text.charCodeAt(this.#at);
      if (byte === 34) break;
      if (byte === 92) {
        escaped = true;
        this.#at++;
        if (this.#text.charCodeAt(this.#at) === 10) this.#newline(this.#at);
      } else if (byte === 10) this.#newline(this.#at);
      else if ((byte & 0xc0) === 0x80) this.#columnZero++;
      if (this.#at >= this.#text.length) {
        this.#at = this.#text.length;
        this.#stack.push({ opener: '"', closer: '"', items: [], line: at.line, column: at.column });
        return;
      }
    }
    const raw = this.#text.slice(start, this.#at++);
    const value = escaped ? readString(raw) : raw;
    const pos = this.#closed(at.line, at.column);
    if (typeof value !== 'string') this.#report('invalid-string', value.message, at, value.hint);
    this.#add({ kind: 'string', value: typeof value === 'string' ? value : '', pos });
  }

  #close(closer: string): void {
    const at = this.#position();
    this.#at++;
    const top = this.#stack.at(-1);
    if (top === undefined || (top.closer === undefined && this.#onlyPrefixes())) {
      this.#report(
        'unexpected-closer',
        `unexpected closing delimiter ${closer}`,
        at,
        `delete the ${closer}, or add the delimiter that opens it`,
      );
      this.#stack.length = 0;
      return;
    }
    if (top.closer !== closer) this.#mismatch(closer, top, at);
    this.#finish(this.#stack.pop()!);
  }

  #onlyPrefixes(): boolean {
    return this.#stack.every((frame) => frame.closer === undefined);
  }

  /** Reports the mismatch and ends frames up to one the closer does end, so that one typo gives one error. */
  #mismatch(closer: string, top: Frame, at: Position): void {
    const expected = top.closer ?? `a form after ${top.opener}`;
    this.#report(
      'mismatched-closer',
      `mismatched closing delimiter ${closer}, expected ${expected}`,
      at,
      `line ${top.line} column ${top.column} opens with ${top.opener}: close it with ${expected}, or delete the ${closer}`,
    );
    let keep = this.#stack.length - 1;
    while (keep > 0 && this.#stack[keep]!.closer !== closer) keep--;
    const known = this.#stack[keep]!.closer === closer;
    while (this.#stack.at(-1)!.closer === undefined || (known && this.#stack.length > keep + 1)) {
      this.#finish(this.#stack.pop()!);
    }
  }

  #finish(frame: Frame): void {
    const pos = this.#closed(frame.line, frame.column);
    if (frame.closer === undefined) return;
    if (frame.opener === '(') this.#add({ kind: 'list', items: frame.items, pos });
    else if (frame.opener === '[') this.#add({ kind: 'sequence', items: frame.items, pos });
    else this.#add({ kind: 'table', entries: this.#entries(frame), pos });
  }

  #entries(frame: Frame): [Node, Node][] {
    if (frame.items.length % 2 !== 0) {
      const at = { file: this.#file, line: this.#line, column: this.#column() - 1 };
      this.#report(
        'odd-table',
        'expected even number of values in table literal',
        at,
        'remove a key without its value, or add the value; for a sequence write [ ] instead of { }',
      );
    }
    return readEntries(frame.items);
  }

  /** Puts a finished form where it belongs, wrapped by the prefixes that wait for it. */
  #add(form: Node): void {
    this.#separated = false;
    let node = form;
    for (;;) {
      const top = this.#stack.at(-1);
      if (top === undefined) {
        this.#form = node;
        return;
      }
      if (top.prefix === undefined) {
        top.items.push(node);
        return;
      }
      this.#stack.pop();
      const pos = this.#closed(top.line, top.column);
      node = { kind: 'list', items: [{ kind: 'sym', name: top.prefix, pos }, node], pos };
    }
  }

  #endOfFile(): void {
    const { message, hint } = unclosed(this.#stack);
    this.#report('missing-closer', message, this.#position(), hint);
  }

  #push(frame: Frame): void {
    if (this.#stack.length >= maxNesting) {
      const at = this.#position();
      const error = this.#source.error(
        'nesting-too-deep',
        `nested more than ${maxNesting} levels deep`,
        at,
        'give the inner part a name of its own with local or fn',
      );
      throw joinErrors([...this.#errors, error]);
    }
    this.#stack.push(frame);
  }

  #report(code: string, message: string, at: Position, hint?: string): void {
    this.#errors.push(this.#source.error(code, message, at, hint));
    if (this.#errors.length >= maxErrors) throw joinErrors(this.#errors);
  }

  #newline(index: number): void {
    this.#line++;
    this.#columnZero = index;
  }

  #column(): number {
    return this.#at - this.#columnZero;
  }

  #position(): Position {
    return { file: this.#file, line: this.#line, column: this.#column() };
  }

  /** From there to here. */
  #closed(line: number, column: number): Position {
    return { file: this.#file, line, column, endLine: this.#line, endColumn: this.#column() };
  }
}
