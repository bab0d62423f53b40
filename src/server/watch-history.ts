import type { Logger } from 'pino';
import {
  type Difference,
  describeFinding,
  describeProgress,
  type EventStore,
  isFault,
  type RebuildReport,
} from '../store/index.js';

/** How often the log says how far a rebuild is. */
const progressEveryMs = 5000;

/** Differences and findings that the log names one by one. */
const maxNamed = 10;

/** Tells in the log of every rebuild: what is folded anew, how far it is, how long it takes, why it stopped. */
export const logRebuilds = (log: Logger): ((report: RebuildReport) => void) => {
  let toldAtMs = 0;
  return (report) => {
    const names = report.names.join(', ');
    if (report.kind === 'began') {
      toldAtMs = performance.now();
      const why = report.why === 'outdated' ? 'their rows were folded by another version' : 'as was asked';
      log.info({ projections: report.names }, `rebuilding ${names}: ${why}; the old rows serve meanwhile`);
      return;
    }
    if (report.kind === 'done') {
      log.info({ projections: report.names, tookMs: report.tookMs }, `rebuilt ${names}`);
      return;
    }
    if (report.kind === 'ended') {
      log.info(
        { projections: report.names },
        `the rebuild of ${names} ended with the server; the old rows are there`,
      );
      return;
    }
    if (report.kind === 'failed') {
      log.error({ err: report.error, projections: report.names }, report.error.message);
      return;
    }
    if (performance.now() - toldAtMs < progressEveryMs) return;
    toldAtMs = performance.now();
    const left = `${Math.ceil(report.progress.timeLeftMs / 1000)} s left`;
    log.info(report.progress, `rebuilding ${names}: ${describeProgress(report.progress)}, ${left}`);
  };
};

/** The first push of a start is served first. */
const restMs = 1000;

/**
 * Compares the rows of a sample of runs with their events and reads the end of the chain, once, a moment after the
 * start, in a process of its own; the log says what it came to. Returns what calls it off.
 */
export const checkAtStart = (
  store: Pick<EventStore, 'trust' | 'caughtUp' | 'head'>,
  log: Logger,
): (() => void) => {
  let isOff = false;
  const timer = setTimeout(() => void lookAround(store, log, () => isOff), restMs);
  timer.unref();
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
};

const lookAround = async (
  { trust, caughtUp, head }: Pick<EventStore, 'trust' | 'caughtUp' | 'head'>,
  log: Logger,
  isOff: () => boolean,
): Promise<void> => {
  await caughtUp.catch(() => undefined);
  if (isOff() || head().seq === 0) return;
  const { checkedRuns, events, differences, problem, tookMs } = await trust.checkSample();
  if (isOff()) return;
  const counts = { checkedRuns, events, tookMs };
  if (problem !== null) log.error(counts, `rows could not be compared with the events: ${problem}`);
  else if (differences.length === 0)
    log.info(counts, `the rows of ${checkedRuns} runs are what the events say`);
  else {
    const rows = differences.slice(0, maxNamed).map(nameOf);
    log.error(
      { ...counts, rows },
      `${differences.length} rows are not what the events say; see all: quire projections check; fold them again: quire projections rebuild`,
    );
  }
  const { report, problem: unread } = await trust.verifyEnd();
  if (isOff()) return;
  if (report === null) {
    log.error(`the end of the chain could not be read: ${unread}`);
    return;
  }
  const faults = report.findings.filter(isFault);
  const read = { events: report.events, head: report.head };
  if (faults.length === 0) log.info(read, `the chain of the last ${report.events} events is whole`);
  else {
    const findings = faults.slice(0, maxNamed).map(describeFinding);
    log.error({ ...read, findings }, 'the history was changed; see all: quire verify');
  }
};

const nameOf = ({ table, key }: Difference): string => `${table} ${key}`;
