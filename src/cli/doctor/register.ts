import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';

/** `quire doctor`: every check there is. */
export const register = (program: Command): void => {
  program
    .command('doctor')
    .description('run every check of a root, name each problem and its remedy, and repair with --fix')
    .option('--fix', 'repair what can be repaired, also while a server runs')
    .action(async (options: { fix?: boolean }, command: Command) => {
      const { doctor } = await import('./doctor.js');
      finish(await doctor(contextOf(command), options.fix === true));
    });
};
