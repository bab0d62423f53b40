import { eq } from 'drizzle-orm';
import { runs } from '../../../projections/index.js';
import { cancelRun } from '../../runner/operate.js';
import { openStore } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { operatorName } from '../operator.js';
import { withReader } from '../read-store.js';
import { askServer } from '../server-client.js';

export interface CancelOptions {
  readonly message?: string;
  readonly force?: boolean;
}

/**
 * `quire run cancel RUN`: asks the server; without one, a run that still waits is ended in the store. An active
 * run has processes that only a server can end.
 */
export const cancel = async (
  context: CliContext,
  reference: string,
  { message, force }: CancelOptions,
): Promise<ExitCode> => {
  const run = await withReader(context.root, (reader) => findRun(reader, reference));
  const request = { by: operatorName(), ...(message && { message }), ...(force && { force }) };
  const answer = await askServer(context.root, 'POST', `/api/runs/${run.id}/cancel`, request);
  const state = answer === undefined ? await cancelWaiting(context.root, run.id, request) : stateIn(answer);
  if (context.json) await context.output.document({ runId: run.id, state });
  else if (state === 'active') await context.output.line(`run ${run.id} was asked to end`);
  else await context.output.line(`run ${run.id} is ${state}`);
  return exitCode.ok;
};

const cancelWaiting = async (
  root: string,
  runId: string,
  request: { readonly by: string; readonly message?: string },
): Promise<string> => {
  const store = openStore(root);
  const stateOf = () => store.read.select().from(runs).where(eq(runs.id, runId)).get()?.state ?? 'unknown';
  try {
    if (stateOf() === 'active') {
      throw new CliError(
        'server-away',
        `run ${runId} is active and no server runs for ${root}; start one, it will take the run over: quire serve`,
      );
    }
    await cancelRun(store, runId, request);
    return stateOf();
  } finally {
    await store.close();
  }
};

const stateIn = (answer: unknown): string => {
  const state = (answer as { state?: unknown } | null)?.state;
  return typeof state === 'string' ? state : 'unknown';
};
