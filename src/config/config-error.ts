/** One thing wrong with a configuration file; `line` and `column` are 1-based. */
export type ConfigProblem =
  | {
      readonly kind: 'syntax';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly message: string;
      readonly hint?: string;
    }
  | {
      readonly kind: 'value';
      readonly file: string;
      readonly line: number;
      readonly column: number;
      /** As it is written: `:limits :lua-cpu`; empty for the file as a whole. */
      readonly key: string;
      readonly expected: string;
      readonly found: string;
    };

/** Something in a configuration file that is not obeyed, but harms nothing. */
export interface ConfigWarning {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A configuration file that cannot be used, with everything that is wrong with it. */
export class ConfigError extends Error {
  readonly code = 'invalid-config';
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(inWords).join('\n'));
    this.name = 'ConfigError';
  }
}

function inWords(problem: ConfigProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}: `;
  if (problem.kind === 'syntax')
    return `${place}${problem.message}${problem.hint === undefined ? '' : ` (${problem.hint})`}`;
  const { key, expected, found } = problem;
  return `${place}${key === '' ? '' : `${key}: `}expected ${expected}, found ${found}`;
}
