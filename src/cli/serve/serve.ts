import { startServer } from '../../server/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { takeInterruption } from '../interruption.js';
import { parsePort } from '../parse-port.js';
import { version } from '../version.js';

export interface ServeOptions {
  readonly port?: string;
  readonly keepWorkspaces?: boolean;
}

/** `quire serve`: serves the root until it is told to end. Its log goes to the standard error. */
export const serve = async (context: CliContext, options: ServeOptions): Promise<ExitCode> => {
  const { root, output, json } = context;
  const interruption = takeInterruption();
  const server = await startServer({
    root,
    version: version(),
    keepWorkspaces: options.keepWorkspaces === true,
    ...(options.port !== undefined && { port: parsePort(options.port) }),
  });
  if (json) await output.record({ root, url: server.url });
  else await output.line(`quire serves ${root} at ${server.url}`);
  await interruption.happened;
  await server.close();
  interruption.release();
  return exitCode.ok;
};
