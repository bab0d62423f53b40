import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { ServeOptions } from './serve.js';

/** `quire serve`. */
export const register = (program: Command): void => {
  program
    .command('serve')
    .description('take in pushes, run pipelines and serve the web pages, until Ctrl-C')
    .option('--port <n>', 'listen here instead of on the port in config.fnl; 0 for any free one')
    .option('--keep-workspaces', 'leave the files of a run where they are when it has ended')
    .action(async (options: ServeOptions, command: Command) => {
      const { serve } = await import('./serve.js');
      finish(await serve(contextOf(command), options));
    });
};
