import type { Command } from 'commander';
import { CliError } from '../cli-error.js';
import { exitCode } from '../exit-code.js';
import { finish } from '../finish.js';
import { processOutput } from '../output.js';

/** `quire completion SHELL`: prints what teaches a shell the words of quire. */
export const register = (program: Command): void => {
  program
    .command('completion')
    .description('print the completion script of a shell: eval "$(quire completion bash)"')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (asked: string) => {
      const { completionScript, shells } = await import('./scripts.js');
      const { commandWords } = await import('./command-words.js');
      const shell = shells.find((one) => one === asked);
      if (shell === undefined) {
        throw new CliError('usage', `expected one of ${shells.join(', ')}, found ${JSON.stringify(asked)}`);
      }
      await processOutput().write(completionScript(shell, commandWords(program)));
      finish(exitCode.ok);
    });
};
