import type { Command } from 'commander';
import { finish } from '../finish.js';
import { processOutput } from '../output.js';
import { resolveRoot } from '../root.js';
import type { RunOptions } from './run.js';

/** `quire ci …`: pipelines where they are written. Needs no server. */
export const register = (program: Command): void => {
  const ci = program.command('ci').description('check, draw and run a pipeline without a server');

  ci.command('run')
    .description('run the pipeline of this checkout as it is: 0 succeeded, 1 failed, 2 broken pipeline')
    .option('--rev <rev>', 'run this commit instead of the working tree')
    .option('--keep-workspace', 'leave the files of the run where they are when it has ended')
    .action(async (options: RunOptions, command: Command) => {
      const { runHere } = await import('./run.js');
      const { root, json } = command.optsWithGlobals<{ root?: string; json?: boolean }>();
      const namedRoot = root === undefined ? undefined : resolveRoot(root);
      finish(
        await runHere({ json: json === true, output: processOutput(), now: Date.now }, namedRoot, options),
      );
    });
};
