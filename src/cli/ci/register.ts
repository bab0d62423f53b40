import type { Command } from 'commander';
import { finish } from '../finish.js';
import { processOutput } from '../output.js';
import { resolveRoot } from '../root.js';
import type { GraphOptions } from './graph.js';
import type { RunOptions } from './run.js';

/** `quire ci …`: pipelines where they are written. Needs no server. */
export const register = (program: Command): void => {
  const ci = program.command('ci').description('check, draw and run a pipeline without a server');

  ci.command('validate')
    .description('check a pipeline without running any job; exit code 2 when it is broken')
    .argument('[path]', pathHelp)
    .action(async (path: string | undefined, _options: object, command: Command) => {
      const { validatePipeline } = await import('./validate.js');
      finish(await validatePipeline(outputOf(command), path));
    });

  ci.command('graph')
    .description('draw the graph of the jobs of a pipeline')
    .argument('[path]', pathHelp)
    .option('--dot', 'in the language of Graphviz')
    .action(async (path: string | undefined, options: GraphOptions, command: Command) => {
      const { showGraph } = await import('./graph.js');
      finish(await showGraph(outputOf(command), path, options));
    });

  ci.command('run')
    .description('run the pipeline of this checkout as it is: 0 succeeded, 1 failed, 2 broken pipeline')
    .option('--rev <rev>', 'run this commit instead of the working tree')
    .option('--keep-workspace', 'leave the files of the run where they are when it has ended')
    .action(async (options: RunOptions, command: Command) => {
      const { runHere } = await import('./run.js');
      const { root } = command.optsWithGlobals<{ root?: string }>();
      const namedRoot = root === undefined ? undefined : resolveRoot(root);
      finish(await runHere({ ...outputOf(command), now: Date.now }, namedRoot, options));
    });
};

const pathHelp = 'a pipeline file or the folder of a repository (default: the nearest .quire/ci.fnl)';

const outputOf = (command: Command) => ({
  json: command.optsWithGlobals<{ json?: boolean }>().json === true,
  output: processOutput(),
});
