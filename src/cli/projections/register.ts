import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { RebuildCommandOptions } from './rebuild.js';

/** `quire projections …`: the read models, all of which can be folded from the events again. */
export const register = (program: Command): void => {
  const projections = program
    .command('projections')
    .description('look at the read models, compare them with the events, fold them again');

  projections
    .command('status')
    .description('list the read models and the versions their rows were folded by')
    .action(async (_options: object, command: Command) => {
      const { showStatus } = await import('./status.js');
      finish(await showStatus(contextOf(command)));
    });

  projections
    .command('rebuild')
    .description('fold read models from the events again')
    .argument('[names...]', 'only these, and those they look at')
    .option('--run <run>', 'only the rows of this run')
    .option('--skip-unknown', 'leave out events of types that this version does not know')
    .action(async (names: string[], options: RebuildCommandOptions, command: Command) => {
      const { rebuildProjections } = await import('./rebuild.js');
      finish(await rebuildProjections(contextOf(command), names, options));
    });

  projections
    .command('check')
    .description('fold all events again and compare with the rows, column by column')
    .option('--skip-unknown', 'leave out events of types that this version does not know')
    .action(async (options: { skipUnknown?: boolean }, command: Command) => {
      const { checkProjections } = await import('./check.js');
      finish(await checkProjections(contextOf(command), options));
    });
};
