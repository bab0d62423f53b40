import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { ReplayOptions } from './replay.js';

const runHelp = 'a run id, the beginning or end of one, or "latest"';

/** `quire replay`, and `quire run explain`: what happened, and because of what. */
export const register = (program: Command): void => {
  program
    .command('replay')
    .description('step through the life of a run: each event, and what it changed')
    .argument('<run>', runHelp)
    .option(
      '--at <moment>',
      'show the run as it stood then: an event number, a time, or a type like job.failed:test',
    )
    .option('--step', 'wait for a key after each event')
    .action(async (reference: string, options: ReplayOptions, command: Command) => {
      const { replay } = await import('./replay.js');
      finish(await replay(contextOf(command), reference, options));
    });

  const run = program.commands.find((command) => command.name() === 'run') ?? program.command('run');
  run
    .command('explain')
    .description('say why a run or one of its jobs came out as it did, first cause first')
    .argument('<run>', runHelp)
    .argument('[job]', 'only of this job')
    .action(async (reference: string, job: string | undefined, _options: object, command: Command) => {
      const { explainRun } = await import('./explain.js');
      finish(await explainRun(contextOf(command), reference, job));
    });
};
