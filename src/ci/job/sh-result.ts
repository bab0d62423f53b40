import type { Location } from '../../events/field.js';
import type { CapturedOutput } from '../command/capture.js';
import { raiseLimit } from '../raise-limit.js';
import { UnknownAnswerError } from '../world/unknown-answer.js';

export interface ShResultFields {
  /** As the pipeline gave it: text for `sh -c`, or a list of arguments. */
  readonly cmd: string | readonly string[];
  /** What the pipeline sees: 128 + n for signal n, 124 after its time limit. */
  readonly exit: number;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
  /** Where the `(sh …)` stands. */
  readonly location: Location | null;
  readonly allowFailure: boolean;
}

/** What a `(sh …)` gave. It knows whether anybody looked at the exit code. */
export class ShResult {
  readonly fields: ShResultFields;
  #looked: boolean;

  constructor(fields: ShResultFields) {
    this.fields = fields;
    this.#looked = fields.exit === 0 || fields.allowFailure;
  }

  /** Whether it failed, may not fail, and nobody has looked. */
  get isUnread(): boolean {
    return !this.#looked;
  }

  /** The exit code; from now on whoever asked is responsible for it. */
  readExit(): number {
    this.#looked = true;
    return this.fields.exit;
  }

  /** The captured bytes. @throws Error that names the limit when there were more, UnknownAnswerError. */
  output(stream: 'stdout' | 'stderr'): Buffer {
    const capture = this.fields[stream];
    if (isKept(capture)) return capture.content();
    if (!capture.overflowed) throw new UnknownAnswerError(capture.lost ?? 'its output is lost');
    throw new Error(
      `.${stream} of ${describeCommand(this.fields.cmd)} has ${capture.bytes} bytes, more than the limit ` +
        `of ${capture.limitBytes}: give that sh {:capture ${capture.bytes}}, or ${raiseLimit('capture')}`,
    );
  }

  /** What happened and where, as the reason of a failure. */
  describeFailure(): string {
    const { cmd, exit, signal, timedOut, location } = this.fields;
    const how = timedOut
      ? 'reached its time limit'
      : signal === null
        ? `failed with exit ${exit}`
        : `was ended by ${signal}`;
    const where = location === null ? '' : ` (${location.file}:${location.line})`;
    return `command ${how}: ${describeCommand(cmd)}${where}`;
  }
}

/** Whether the bytes of a stream can be shown. */
export const isKept = ({ overflowed, lost }: CapturedOutput): boolean => !overflowed && lost === undefined;

const maxShown = 200;

/** A command as one line of a message: cut when long, arguments quoted where a shell would need it. */
export const describeCommand = (cmd: string | readonly string[]): string => {
  const text = typeof cmd === 'string' ? cmd : cmd.map(quoteWhenNeeded).join(' ');
  const line = text.trim().replace(/\s*\n\s*/g, '; ');
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
};

const quoteWhenNeeded = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
