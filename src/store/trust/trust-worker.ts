import { parentPort, workerData } from 'node:worker_threads';
import { projections } from '../../../projections/index.js';
import { checkProjections } from './check.js';
import { checkSample } from './check-sample.js';
import { openReader } from '../database/connection.js';
import type { TrustAnswer, TrustQuestion } from './trust-in-worker.js';
import { verifyChain } from './verify-chain.js';

/** The thread of a check: it reads the database on connections of its own and says what it found. */
const { databasePath, names, question } = workerData as TrustQuestion;
const register = projections.filter(({ name }) => names.includes(name));

const answer = (): TrustAnswer => {
  if (question.kind === 'check') {
    return {
      kind: 'check',
      report: { ...countsOf(), differences: checkProjections(databasePath, register) },
    };
  }
  const reader = openReader(databasePath);
  try {
    return question.kind === 'sample'
      ? { kind: 'sample', report: checkSample(reader, register, question.options) }
      : { kind: 'verify', report: verifyChain(reader, { afterSeq: question.afterSeq }) };
  } finally {
    reader.close();
  }
};

const countsOf = (): { readonly runs: number; readonly events: number } => {
  const reader = openReader(databasePath);
  try {
    return reader
      .prepare(
        'SELECT (SELECT count(*) FROM runs) AS runs, (SELECT coalesce(max(seq), 0) FROM events) AS events',
      )
      .get() as { runs: number; events: number };
  } finally {
    reader.close();
  }
};

try {
  parentPort!.postMessage(answer());
} catch (error) {
  parentPort!.postMessage({ kind: 'failed', problem: (error as Error).message } satisfies TrustAnswer);
}
