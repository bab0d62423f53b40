import type { FennelError } from './errors.js';

/**
 * An error as a person reads it: `file:line:column: message`, the source line with a mark under the column, the hint.
 * An error that carries several is written as all of them, a blank line between.
 */
export function formatError(error: FennelError): string {
  return error.errors.map(formatOne).join('\n\n');
}

function formatOne(error: FennelError): string {
  const lines = [`${error.file}:${error.line}:${error.column}: ${error.message}`];
  if (error.sourceLine !== undefined) lines.push(error.sourceLine, mark(error, error.sourceLine));
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines.join('\n');
}

/** Keeps the tabs of the source line, so that the mark stands under its column however wide a tab is shown. */
function mark(error: FennelError, sourceLine: string): string {
  const before = Array.from(sourceLine).slice(0, error.column - 1);
  const indent = before.map((char) => (char === '\t' ? '\t' : ' ')).join('');
  const width = Math.max(1, (error.endColumn ?? error.column + 1) - error.column);
  const room = Math.max(1, Array.from(sourceLine).length - error.column + 1);
  return indent.padEnd(error.column - 1) + '^'.repeat(Math.min(width, room));
}
