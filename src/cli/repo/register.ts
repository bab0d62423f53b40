import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { RemoveOptions } from './remove.js';

/** `quire repo …`: the repositories of a root. Works with a running server and without one. */
export const register = (program: Command): void => {
  const repo = program.command('repo').description('make, list and remove repositories');

  repo
    .command('new')
    .description('make a bare repository whose pushes start runs')
    .argument('<name>', 'name or group/name')
    .action(async (name: string, _options: object, command: Command) => {
      const { newRepo } = await import('./new.js');
      finish(await newRepo(contextOf(command), name));
    });

  repo
    .command('list')
    .description('list the repositories, each with its last run')
    .action(async (_options: object, command: Command) => {
      const { listRepos } = await import('./list.js');
      finish(await listRepos(contextOf(command)));
    });

  repo
    .command('rm')
    .description('take a repository off the server; its runs and events stay')
    .argument('<name>', 'name or group/name')
    .option('--purge', 'delete its folder instead of moving it to removed/')
    .action(async (name: string, options: RemoveOptions, command: Command) => {
      const { removeRepo } = await import('./remove.js');
      finish(await removeRepo(contextOf(command), name, options));
    });
};
