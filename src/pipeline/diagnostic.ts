/** One finding about a pipeline's source. `line` and `column` count from 1; 0 where none is known. */
export interface Diagnostic {
  /** What was found, as a word to switch on. */
  readonly code: string;
  /** One sentence without position. */
  readonly message: string;
  /** What to try. */
  readonly hint?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine?: string;
}

/** A finding as a person reads it: `file:line:column: message`, the source line with a mark, the hint. */
export const formatDiagnostic = (diagnostic: Diagnostic): string => {
  const { file, line, column, message, sourceLine, hint } = diagnostic;
  const place = [file, line, column].filter((part) => part !== 0).join(':');
  const lines = [`${place}: ${message}`];
  if (sourceLine !== undefined) lines.push(sourceLine);
  if (sourceLine !== undefined && column > 0) lines.push(`${indent(sourceLine, column)}^`);
  if (hint !== undefined) lines.push(`hint: ${hint}`);
  return lines.join('\n');
};

/** Tabs stay tabs, so that the mark stands below its column however wide they are shown. */
const indent = (sourceLine: string, column: number): string =>
  Array.from(sourceLine)
    .slice(0, column - 1)
    .map((char) => (char === '\t' ? '\t' : ' '))
    .join('')
    .padEnd(column - 1);
