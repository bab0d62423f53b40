import type { Command } from 'commander';
import { finish } from '../finish.js';
import { processOutput } from '../output.js';
import type { DemoOptions } from './demo.js';

/** `quire demo`. */
export const register = (program: Command): void => {
  program
    .command('demo')
    .description(
      'show all of it at work: a server, a repository, a git push and its run, in a temporary folder',
    )
    .option('--once', 'end after the run; exit code 0 when everything was as it should be')
    .option('--port <n>', 'where the web pages are (default: 3000, or any free one)')
    .action(async (options: DemoOptions) => {
      const { demo } = await import('./demo.js');
      finish(await demo({ output: processOutput(), now: Date.now }, options));
    });
};
