import { checkRepoName } from '../../forge/index.js';
import { removeRepository } from '../../intake/index.js';
import { openStore } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { operatorName } from '../operator.js';
import { withReader } from '../read-store.js';
import { askServer } from '../server-client.js';

export interface RemoveOptions {
  readonly purge?: boolean;
}

/** `quire repo rm NAME`: asks the server; without one it is done here, under the writer's lock. */
export const removeRepo = async (
  context: CliContext,
  name: string,
  options: RemoveOptions,
): Promise<ExitCode> => {
  const by = operatorName();
  const purge = options.purge === true;
  checkRepoName(name);
  await withReader(context.root, () => undefined);
  const query = `by=${encodeURIComponent(by)}&purge=${purge ? 1 : 0}`;
  const answer = await askServer(context.root, 'DELETE', `/api/repos/${encodeURIComponent(name)}?${query}`);
  const movedTo = answer === undefined ? await removeHere(context.root, name, by, purge) : movedToIn(answer);
  if (context.json) await context.output.document({ name, movedTo });
  else await context.output.line(movedTo === null ? `${name} is deleted` : `${name} moved to ${movedTo}`);
  return exitCode.ok;
};

const removeHere = async (root: string, name: string, by: string, purge: boolean): Promise<string | null> => {
  const store = openStore(root);
  try {
    return await removeRepository({ root, store }, name, by, purge);
  } finally {
    await store.close();
  }
};

const movedToIn = (answer: unknown): string | null => {
  const movedTo = (answer as { movedTo?: unknown } | null)?.movedTo;
  return typeof movedTo === 'string' ? movedTo : null;
};
