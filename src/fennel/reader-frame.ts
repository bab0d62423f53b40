import type { Node } from './node.js';

/** A form that has been opened and not closed. */
export interface Frame {
  readonly opener: string;
  /** The delimiter that ends it, or undefined for a prefix, which ends with the next form. */
  readonly closer: string | undefined;
  readonly prefix?: string;
  readonly items: Node[];
  readonly line: number;
  readonly column: number;
}

/** What to say when the source ends inside of these. */
export function unclosed(stack: readonly Frame[]): { readonly message: string; readonly hint: string } {
  const missing = stack.map((frame) => frame.closer ?? '').join('');
  const first = stack[0]!;
  const last = stack.at(-1)!;
  const plural = missing.length === 1 ? '' : 's';
  const outermost = `; the outermost open form starts on line ${first.line} column ${first.column}`;
  return {
    message:
      missing === ''
        ? `expected a form after prefix ${last.opener}`
        : `expected closing delimiter${plural} ${missing}`,
    hint: `the ${last.opener} on line ${last.line} column ${last.column} is never closed${
      first === last ? '' : outermost
    }`,
  };
}
