import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';

/** `quire hook …`: what the hooks of repositories call; not meant for people. */
export const register = (program: Command): void => {
  const hook = program.command('hook').description('what the hooks of repositories call');

  hook
    .command('post-receive')
    .description(
      'hand a push to the server; ends with 0 whatever the server says, for git has accepted the push',
    )
    .requiredOption('--spooled <file>', 'the message that the hook wrote: a file of the spool')
    .action(async (options: { readonly spooled: string }, command: Command) => {
      const { postReceive } = await import('./post-receive.js');
      finish(await postReceive(contextOf(command), options.spooled));
    });
};
