import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { VerifyOptions } from './verify.js';

/** `quire verify`: whether the history is what was stored. */
export const register = (program: Command): void => {
  program
    .command('verify')
    .description(
      'check that the history is what was stored: chain, numbers, digests; with --full rows, logs and stored contents too',
    )
    .option('--full', 'also fold all events again and compare the rows, and read every log and blob')
    .option('--head', 'print only the last event as "seq hash", to be published elsewhere')
    .option('--against <head>', 'check against a published head: seq:hash')
    .action(async (options: VerifyOptions, command: Command) => {
      const { verify } = await import('./verify.js');
      finish(await verify(contextOf(command), options));
    });
};
