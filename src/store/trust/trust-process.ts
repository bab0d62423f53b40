import { projections } from '../../../projections/index.js';
import { answerInBackground } from '../background/answer.js';
import { checkProjections } from './check.js';
import { checkSample } from './check-sample.js';
import { openReader } from '../database/connection.js';
import type { TrustAnswer, TrustQuestion } from './ask-in-background.js';
import { verifyChain } from './verify-chain.js';

/** The process of a check: it reads the database on connections of its own and says what it found. */
const answer = ({ databasePath, names, question }: TrustQuestion): TrustAnswer => {
  const register = projections.filter(({ name }) => names.includes(name));
  if (question.kind === 'check') {
    return {
      kind: 'check',
      report: { ...countsOf(databasePath), differences: checkProjections(databasePath, register) },
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

const countsOf = (databasePath: string): { readonly runs: number; readonly events: number } => {
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

answerInBackground<TrustQuestion, TrustAnswer>((question) => {
  try {
    return answer(question);
  } catch (error) {
    return { kind: 'failed', problem: (error as Error).message };
  }
});
