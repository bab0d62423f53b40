import { toBinary, toText } from './bytes.js';
import { FennelError } from './errors.js';
import type { Position } from './node.js';

/** A file being compiled: its bytes and the way to quote a line of it in an error. */
export class Source {
  readonly text: string;
  readonly file: string;
  #lineStarts: number[] | undefined;

  constructor(source: string | Uint8Array, file: string) {
    this.text = toBinary(source);
    this.file = file;
  }

  /** The 1-based line as readable text, or undefined when there is no such line. */
  line(number: number): string | undefined {
    this.#lineStarts ??= startsOfLines(this.text);
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return undefined;
    const end = this.text.indexOf('\n', start);
    return toText(this.text.slice(start, end === -1 ? undefined : end)).replace(/\r$/, '');
  }

  /**
   * An error in code that a macro has made points at the quoted form, as the official compiler's do, and its hint
   * names the call. When the macro is of another file it is the other way round: the code at fault is then most
   * likely what the macro was given.
   */
  error(code: string, message: string, at: Position, hint?: string): FennelError {
    const quotedHere = at.quotedAt?.file === this.file ? at.quotedAt : undefined;
    const { file, line, column, endLine, endColumn } = quotedHere ?? at;
    const hints = [hint, at.quotedAt && origin(at, quotedHere ?? at, at.quotedAt)];
    return new FennelError({
      code,
      message: toText(message),
      hint: hints.some(Boolean) ? toText(hints.filter(Boolean).join('; ')) : undefined,
      file,
      line,
      column,
      endColumn: endLine === line ? endColumn : undefined,
      sourceLine: file === this.file ? this.line(line) : undefined,
    });
  }
}

/** Names the other end of an expansion. */
function origin(call: Position, shown: Position, quoted: Position): string {
  return shown === quoted
    ? `this is code made for the macro call on line ${call.line}`
    : `the macro has made this code at ${toBinary(quoted.file)}:${quoted.line}`;
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
