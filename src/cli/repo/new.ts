import { createRepository } from '../../intake/index.js';
import { repoDir } from '../../forge/index.js';
import { openStore } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { operatorName } from '../operator.js';
import { askServer } from '../server-client.js';

/** `quire repo new NAME`: asks the server; without one it is done here, under the writer's lock. */
export const newRepo = async (context: CliContext, name: string): Promise<ExitCode> => {
  const by = operatorName();
  const path = repoDir(context.root, name);
  const answer = await askServer(context.root, 'POST', '/api/repos', { name, by });
  if (answer === undefined) await createHere(context.root, name, by);
  if (context.json) await context.output.document({ name, path });
  else await context.output.line(path);
  return exitCode.ok;
};

const createHere = async (root: string, name: string, by: string): Promise<void> => {
  const store = openStore(root);
  try {
    await createRepository({ root, store }, name, by);
  } finally {
    await store.close();
  }
};
