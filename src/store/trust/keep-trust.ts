import { cleanUpChecks } from './check.js';
import type { SampleOptions } from './check-sample.js';
import { type Asked, askInBackground, type TrustAnswer, type TrustQuestion } from './ask-in-background.js';
import type { CheckOutcome, Trust, VerifyOutcome } from './trust.js';
import type { ProjectionStatus } from '../rebuild/keep-projections.js';

/** What the owner of a store does with its trust beside asking. */
export interface TrustKeeper extends Trust {
  /** Compares the rows of the newest runs and of some others, in a moment. */
  checkSample(): Promise<CheckOutcome>;
  /** Reads the newest events of the chain, in a moment. */
  verifyEnd(): Promise<VerifyOutcome>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface TrustContext {
  readonly databasePath: string;
  /** The names of the projections in the register. */
  readonly names: readonly string[];
  readonly headSeq: () => number;
  readonly projections: () => readonly ProjectionStatus[];
  readonly now: () => number;
}

/** A start may take this long more than without a sample. */
const sample: SampleOptions = { newest: 20, random: 20, maxMs: 2000 };

const eventsAtEnd = 10_000;

/** Asks one question at a time; who asks what is being asked already is given that answer. */
export const keepTrust = (context: TrustContext): TrustKeeper => {
  const { databasePath, names, now } = context;
  let check: CheckOutcome | null = null;
  let verification: VerifyOutcome | null = null;
  let asked: Asked | undefined;
  let underWay: 'check' | 'verify' | null = null;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Map<string, Promise<unknown>>();

  const ask = async (question: TrustQuestion['question']): Promise<TrustAnswer> => {
    if (isClosed) return { kind: 'failed', problem: 'the store was closed' };
    underWay = question.kind === 'verify' ? 'verify' : 'check';
    try {
      asked = askInBackground({ databasePath, names, question });
      return await asked.answer;
    } catch (error) {
      return { kind: 'failed', problem: (error as Error).message };
    } finally {
      asked = undefined;
      underWay = null;
    }
  };

  const inTurn = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const same = waiting.get(name) as Promise<T> | undefined;
    if (same !== undefined) return same;
    const mine = last.then(work).finally(() => waiting.delete(name));
    waiting.set(name, mine);
    last = mine;
    return mine;
  };

  const checkRows = (scope: CheckOutcome['scope']): Promise<CheckOutcome> =>
    inTurn(`check ${scope}`, async () => {
      const beganAtMs = now();
      const answer = await ask(scope === 'all' ? { kind: 'check' } : { kind: 'sample', options: sample });
      const report = answer.kind === 'check' || answer.kind === 'sample' ? answer.report : undefined;
      check = {
        scope,
        atMs: now(),
        tookMs: now() - beganAtMs,
        checkedRuns: report?.runs ?? 0,
        events: report?.events ?? 0,
        differences: report?.differences ?? [],
        problem: problemOf(answer),
      };
      return check;
    });

  const verify = (scope: VerifyOutcome['scope']): Promise<VerifyOutcome> =>
    inTurn(`verify ${scope}`, async () => {
      const beganAtMs = now();
      const afterSeq = scope === 'all' ? 0 : Math.max(0, context.headSeq() - eventsAtEnd);
      const answer = await ask({ kind: 'verify', afterSeq });
      verification = {
        scope: afterSeq === 0 ? 'all' : scope,
        atMs: now(),
        tookMs: now() - beganAtMs,
        report: answer.kind === 'verify' ? answer.report : null,
        problem: problemOf(answer),
      };
      return verification;
    });

  return {
    projections: context.projections,
    lastCheck: () => check,
    lastVerify: () => verification,
    underWay: () => underWay,
    runCheck: () => checkRows('all'),
    runVerify: () => verify('all'),
    checkSample: () => checkRows('sample'),
    verifyEnd: () => verify('end'),
    async close() {
      isClosed = true;
      await asked?.end();
      await last;
      cleanUpChecks(databasePath);
    },
  };
};

const problemOf = (answer: TrustAnswer): string | null => (answer.kind === 'failed' ? answer.problem : null);
