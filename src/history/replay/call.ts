import type { Command, Location } from '../../events/index.js';
import { formatCommand } from './format-command.js';
import type { RecordedCall } from './recorded-run.js';

/** What a pipeline asked of the world outside. */
export type Asked =
  | { readonly kind: 'sh'; readonly cmd: Command; readonly cwd: string }
  | { readonly kind: 'read-file'; readonly path: string }
  | { readonly kind: 'write-file'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'secret'; readonly name: string };

/** A step of a job as it is told: recorded, or new. */
export interface ToldCall {
  readonly kind: RecordedCall['kind'];
  /** The command, the path, the name of the secret, or the message of a failed attempt. */
  readonly text: string;
  readonly location: Location | null;
}

/** A step that the code took in the replay. */
export interface ReplayedCall extends ToldCall {
  /** `same`: it is what history has at this place. `known`: elsewhere. `unknown`: nowhere. */
  readonly answer: 'same' | 'known' | 'unknown';
  /** Where the answer was taken from when it is not this job. */
  readonly fromJob?: string;
}

/** The first place where the new way leaves the recorded one. Null is the end of a job. */
export interface Divergence {
  readonly jobId: string;
  readonly recorded: ToldCall | null;
  readonly replayed: ToldCall | null;
}

export const tellAsked = (asked: Asked, location: Location | null): ToldCall => {
  const { kind } = asked;
  if (kind === 'sh') return { kind, text: commandIn(asked.cmd, asked.cwd), location };
  return { kind, text: kind === 'secret' ? asked.name : asked.path, location };
};

export const tellRecorded = (call: RecordedCall): ToldCall => {
  const { kind } = call;
  switch (kind) {
    case 'sh':
      return { kind, text: commandIn(call.cmd, call.cwd), location: call.location };
    case 'failed-attempt':
      return { kind, text: call.message, location: call.location };
    case 'secret':
      return { kind, text: call.name, location: null };
    default:
      return { kind, text: call.path, location: null };
  }
};

const commandIn = (cmd: Command, cwd: string): string =>
  cwd === '.' ? formatCommand(cmd) : `${formatCommand(cmd)} (in ${cwd})`;
