/** What is known about a problem found in Fennel source. `line` and `column` are 1-based. */
export interface FennelErrorFields {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of the line at fault, without its newline. */
  readonly sourceLine?: string;
  /** The last column at fault when the mark should be wider than one character; exclusive. */
  readonly endColumn?: number;
}

/**
 * The one error of reading, expanding and compiling Fennel. `code` discriminates the cause and never changes its
 * meaning; `message` is one sentence without position; `errors` lists every problem found in the same attempt, in
 * source order, the error itself first.
 */
export class FennelError extends Error implements FennelErrorFields {
  readonly code: string;
  readonly hint?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine?: string;
  readonly endColumn?: number;
  readonly #others: readonly FennelError[];

  constructor(fields: FennelErrorFields, others: readonly FennelError[] = []) {
    super(fields.message);
    this.name = 'FennelError';
    this.code = fields.code;
    this.hint = fields.hint;
    this.file = fields.file;
    this.line = fields.line;
    this.column = fields.column;
    this.sourceLine = fields.sourceLine;
    this.endColumn = fields.endColumn;
    this.#others = others;
  }

  /** Every problem found in the same attempt, in source order, this one first. */
  get errors(): readonly FennelError[] {
    return [this, ...this.#others];
  }
}

/** One error out of several: the first in source order, carrying all of them. */
export function joinErrors(errors: readonly FennelError[]): FennelError {
  const [first, ...rest] = errors;
  if (first === undefined) throw new TypeError('joinErrors needs at least one error');
  return rest.length === 0 ? first : new FennelError(first, rest);
}
