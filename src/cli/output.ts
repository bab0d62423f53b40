import { createStyle, type Style, wantsColour } from './style.js';

/** Where a command writes to, and what is known of it. */
export interface Output {
  readonly style: Style;
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined where nothing needs to be cut. */
  width(): number | undefined;
  /** Lines of the terminal; undefined where there is none. */
  height(): number | undefined;
  /** Writes as it is; resolves when the reader has room for more. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Writes one line. */
  line(text?: string): Promise<void>;
  /** Writes one JSON document, indented. */
  document(value: unknown): Promise<void>;
  /** Writes one line of NDJSON. */
  record(value: unknown): Promise<void>;
  /** Writes a line to the standard error. */
  note(text: string): void;
}

/** The output of this process. */
export const processOutput = (): Output => createOutput(process.stdout, process.stderr, process.env);

type Stream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

export const createOutput = (stdout: Stream, stderr: Stream, env: NodeJS.ProcessEnv): Output => {
  const isTerminal = stdout.isTTY === true;
  const write = (bytes: string | Uint8Array): Promise<void> =>
    stdout.write(bytes)
      ? Promise.resolve()
      : new Promise((resolve) => {
          stdout.once('drain', resolve);
        });
  return {
    style: createStyle(wantsColour(env, isTerminal)),
    isTerminal,
    width: () => (isTerminal ? (stdout.columns ?? 80) : undefined),
    height: () => (isTerminal ? (stdout.rows ?? 24) : undefined),
    write,
    line: (text = '') => write(`${text}\n`),
    document: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
    record: (value) => write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
  };
};
