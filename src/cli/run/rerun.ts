import { rerunRun } from '../../runner/operate.js';
import { openStore } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { operatorName } from '../operator.js';
import { withReader } from '../read-store.js';
import { askServer } from '../server-client.js';
import { watchRun } from './watch-run.js';

export interface RerunOptions {
  readonly failed?: boolean;
  readonly watch?: boolean;
}

/**
 * `quire run rerun RUN`: the same commit again, as a new run, all of it or only what failed; without a server it
 * waits for the next one.
 */
export const rerun = async (
  context: CliContext,
  reference: string,
  options: RerunOptions,
): Promise<ExitCode> => {
  const run = await withReader(context.root, (reader) => findRun(reader, reference));
  const request = { by: operatorName(), onlyFailed: options.failed === true };
  const answer = await askServer(context.root, 'POST', `/api/runs/${run.id}/rerun`, request);
  const runId = answer === undefined ? await rerunInStore(context.root, run.id, request) : runIdIn(answer);
  if (options.watch === true) {
    return withReader(context.root, (reader) => watchRun(context, reader, runId));
  }
  if (context.json) await context.output.document({ runId });
  else await context.output.line(`run ${runId} queued`);
  return exitCode.ok;
};

const rerunInStore = async (
  root: string,
  runId: string,
  request: { readonly by: string; readonly onlyFailed: boolean },
): Promise<string> => {
  const store = openStore(root);
  try {
    return await rerunRun(store, runId, request);
  } finally {
    await store.close();
  }
};

const runIdIn = (answer: unknown): string => {
  const runId = (answer as { runId?: unknown } | null)?.runId;
  if (typeof runId === 'string') return runId;
  throw new CliError('server-fault', `the server did not name the new run: ${JSON.stringify(answer)}`);
};
