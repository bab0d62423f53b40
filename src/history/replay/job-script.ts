import { posix } from 'node:path';
import { UnknownAnswerError } from '../../ci/index.js';
import type { Location } from '../../events/index.js';
import {
  type Asked,
  type Divergence,
  type ReplayedCall,
  type ToldCall,
  tellAsked,
  tellRecorded,
} from './call.js';
import { hasOwnEnd, type RecordedCall, type RecordedJob } from './recorded-run.js';
import { isSameCommand, isSameText } from './same-text.js';

/** The recorded call that answers a call of one kind. */
export type AnswerTo<A extends Asked> = Extract<RecordedCall, { readonly kind: A['kind'] }>;

/** A recorded call, and the job that made it. */
export interface Answer<A extends Asked> {
  readonly jobId: string;
  readonly call: AnswerTo<A>;
}

/** A `(sh …)` as a question. */
export type AskedSh = Extract<Asked, { readonly kind: 'sh' }>;

/**
 * What one job did according to history, from which the calls of its replay are answered: in order as long as the
 * code does the same; by what is asked where it does not.
 */
export class JobScript {
  readonly calls: ReplayedCall[] = [];
  readonly #jobId: string;
  readonly #recorded: RecordedJob | undefined;
  readonly #elsewhere: (asked: Asked) => Answer<Asked> | undefined;
  readonly #onDivergence: (divergence: Divergence) => void;
  readonly #used = new Set<RecordedCall>();
  #at = 0;
  #divergence: Divergence | undefined;

  /**
   * @param recorded the job of that name in the record, if it has one.
   * @param elsewhere finds the answer in another job of the run.
   * @param onDivergence told of the first divergence.
   */
  constructor(
    jobId: string,
    recorded: RecordedJob | undefined,
    elsewhere: (asked: Asked) => Answer<Asked> | undefined,
    onDivergence: (divergence: Divergence) => void,
  ) {
    this.#jobId = jobId;
    this.#recorded = recorded;
    this.#elsewhere = elsewhere;
    this.#onDivergence = onDivergence;
  }

  get recorded(): RecordedJob | undefined {
    return this.#recorded;
  }

  /** Where the replay of this job first left the record. */
  get divergence(): Divergence | undefined {
    return this.#divergence;
  }

  /** Whether a call is the one that history has next. */
  expects(asked: Asked): boolean {
    const expected = this.#expected();
    return expected !== undefined && isAnswer(expected, asked);
  }

  /** The recorded answer. @throws UnknownAnswerError, or the recorded error where the call itself failed. */
  answer<A extends Asked>(asked: A, location: Location | null): Answer<A> {
    const expected = this.#expected();
    if (expected !== undefined && isAnswer(expected, asked)) {
      return this.#give(expected, asked, location, 'same');
    }
    this.#refuseWhatIsDestroyed(expected, asked, location);
    this.repeatFailure(asked, location);
    const found = this.#find(asked);
    if (expected === undefined && found === undefined && !this.#isWhole) {
      this.#note(asked, location, 'unknown');
      throw new UnknownAnswerError(this.#endOfRecord());
    }
    this.#diverge(expected, asked, location);
    if (found !== undefined) return this.#give(found, asked, location, 'known');
    const other = this.#elsewhere(asked);
    if (other === undefined) {
      this.#note(asked, location, 'unknown');
      throw new UnknownAnswerError(
        'this is not in the history of the run, so nobody knows what would come of it',
      );
    }
    this.calls.push({ ...tellAsked(asked, location), answer: 'known', fromJob: other.jobId });
    return other as unknown as Answer<A>;
  }

  /** Compares a call that needs no answer: what was written. */
  compare(asked: Asked, location: Location | null): void {
    const expected = this.#expected();
    if (expected !== undefined && isAnswer(expected, asked)) {
      this.#give(expected, asked, location, 'same');
      return;
    }
    if (expected !== undefined || this.#isWhole) this.#diverge(expected, asked, location);
    const found = this.#find(asked);
    if (found === undefined) this.#note(asked, location, 'unknown');
    else this.#give(found, asked, location, 'known');
  }

  /** The code of the job begins again, after an attempt that failed. */
  beginAttempt(): void {
    const calls = this.#recorded?.calls ?? [];
    const failed = calls.findIndex((call, i) => i >= this.#at && call.kind === 'failed-attempt');
    const left = this.#expected();
    if (left !== undefined && left.kind !== 'failed-attempt') this.#divergeAtEnd();
    this.#at = failed === -1 ? calls.length : failed + 1;
  }

  /** The job has ended by itself: what history has besides was left out. */
  end(): void {
    if (this.#recorded !== undefined && this.#expected() !== undefined) this.#divergeAtEnd();
  }

  /** Whether history has all that the job did. */
  get #isWhole(): boolean {
    return this.#recorded === undefined || hasOwnEnd(this.#recorded);
  }

  #expected(): RecordedCall | undefined {
    return this.#recorded?.calls.find((call, i) => i >= this.#at && !this.#used.has(call));
  }

  #find<A extends Asked>(asked: A): AnswerTo<A> | undefined {
    const calls = this.#recorded?.calls ?? [];
    const fits = (call: RecordedCall): call is AnswerTo<A> => !this.#used.has(call) && isAnswer(call, asked);
    return calls.slice(this.#at).find(fits) ?? calls.find(fits);
  }

  #give<A extends Asked>(
    call: RecordedCall,
    asked: A,
    location: Location | null,
    answer: 'same' | 'known',
  ): Answer<A> {
    this.#used.add(call);
    const place = this.#recorded?.calls.indexOf(call) ?? -1;
    if (place >= this.#at) this.#at = place + 1;
    this.#note(asked, location, answer);
    return { jobId: this.#jobId, call: call as AnswerTo<A> };
  }

  #note(asked: Asked, location: Location | null, answer: ReplayedCall['answer']): void {
    this.calls.push({ ...tellAsked(asked, location), answer });
  }

  #diverge(expected: RecordedCall | undefined, asked: Asked, location: Location | null): void {
    this.#leaveRecord(expected, tellAsked(asked, location));
  }

  #divergeAtEnd(): void {
    this.#leaveRecord(this.#expected(), null);
  }

  #leaveRecord(expected: RecordedCall | undefined, replayed: ToldCall | null): void {
    if (this.#divergence !== undefined) return;
    const recorded = expected === undefined ? null : tellRecorded(expected);
    this.#divergence = { jobId: this.#jobId, recorded, replayed };
    this.#onDivergence(this.#divergence);
  }

  #refuseWhatIsDestroyed(expected: RecordedCall | undefined, asked: Asked, location: Location | null): void {
    if (expected === undefined || expected.redactedSeq === null || expected.kind !== asked.kind) return;
    this.#note(asked, location, 'unknown');
    const problem = `history ends here: the text of event ${expected.redactedSeq} was destroyed`;
    throw new UnknownAnswerError(problem);
  }

  /**
   * A call that failed by itself left no event but the failure of its job, which tells the place and the words.
   *
   * @throws Error with the recorded message.
   */
  repeatFailure(asked: Asked, location: Location | null): void {
    const failure = this.#expected() ?? this.#recorded?.failure ?? undefined;
    if (failure?.kind !== 'failed-attempt' || failure.redactedSeq !== null) return;
    if (failure.location?.file !== location?.file || failure.location?.line !== location?.line) return;
    if (!isAbout(failure.message, asked)) return;
    this.#note(asked, location, 'same');
    throw new Error(failure.message);
  }

  #endOfRecord(): string {
    const { state, message } = this.#recorded as RecordedJob;
    if (state === 'open') return 'history ends here: the end of the job is not recorded';
    return `history ends here: the job was canceled: ${message}`;
  }
}

/** Whether a recorded call is what is asked for. */
export const isAnswer = (call: RecordedCall, asked: Asked): boolean => {
  if (call.kind !== asked.kind || call.redactedSeq !== null) return false;
  if (call.kind === 'sh' && asked.kind === 'sh') {
    return isSameCommand(call.cmd, asked.cmd) && isSameText(call.cwd, asked.cwd);
  }
  if (call.kind === 'secret' && asked.kind === 'secret') return call.name === asked.name;
  if (call.kind === 'write-file' && asked.kind === 'write-file') {
    return call.sha256 === asked.sha256 && posix.normalize(call.path) === posix.normalize(asked.path);
  }
  return (
    call.kind === 'read-file' &&
    asked.kind === 'read-file' &&
    isSameText(posix.normalize(call.path), posix.normalize(asked.path))
  );
};

const isAbout = (message: string, asked: Asked): boolean => {
  if (asked.kind === 'secret') return message.startsWith(`secret :${asked.name}: `);
  if (asked.kind === 'sh') return message.startsWith('sh: option :cwd');
  return (
    message.includes(JSON.stringify(asked.path)) ||
    message.includes(JSON.stringify(posix.normalize(asked.path)))
  );
};
