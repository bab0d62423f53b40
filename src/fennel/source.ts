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

  error(code: string, message: string, at: Position, hint?: string): FennelError {
    return new FennelError({
      code,
      message: toText(message),
      hint: hint === undefined ? undefined : toText(hint),
      file: at.file,
      line: at.line,
      column: at.column,
      endColumn: at.endLine === at.line ? at.endColumn : undefined,
      sourceLine: at.file === this.file ? this.line(at.line) : undefined,
    });
  }
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
