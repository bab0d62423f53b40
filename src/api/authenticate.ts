import { timingSafeEqual } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Request } from 'express';
import { type RunRow, runs } from '../../projections/index.js';
import { runRow } from '../lifecycle/index.js';
import { hashToken } from '../runner/index.js';
import type { StoreReader } from '../store/index.js';
import { RequestError } from './error-answer.js';

/** The run whose token a request bears. Throws RequestError: 401 without a good token, 403 with another run's. */
export const authenticate = (store: Pick<StoreReader, 'read'>, runId: string, request: Request): RunRow => {
  const token = /^Bearer ([\w-]{32,})$/.exec(request.get('authorization') ?? '')?.[1];
  if (token === undefined) throw new RequestError('unauthorized', 'expected a run token as bearer');
  const hash = hashToken(token);
  const run = runRow(store.read, runId);
  if (run?.tokenHash != null && timingSafeEqual(Buffer.from(run.tokenHash), Buffer.from(hash))) return run;
  const other = store.read.select({ id: runs.id }).from(runs).where(eq(runs.tokenHash, hash)).get();
  if (other !== undefined) throw new RequestError('wrong-run', 'the token is of another run');
  throw new RequestError('unauthorized', 'the run token is not known');
};
