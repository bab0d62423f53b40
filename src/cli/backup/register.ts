import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';

/** `quire backup`: a copy of the database, also of one that is written to. */
export const register = (program: Command): void => {
  program
    .command('backup')
    .description('copy the database to a file, also while a server runs, and check the copy')
    .argument('<file>', 'the file to make; it must not exist')
    .action(async (file: string, _options: object, command: Command) => {
      const { backup } = await import('./backup.js');
      finish(await backup(contextOf(command), file));
    });
};
