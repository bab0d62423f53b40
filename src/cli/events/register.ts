import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { RedactOptions } from './redact.js';
import type { TailOptions } from './tail.js';

/** `quire events …`: the events themselves, as lines of NDJSON with one cursor: `seq`. */
export const register = (program: Command): void => {
  const events = program.command('events').description('read, move and redact the events themselves');

  events
    .command('tail')
    .description('print the last events, and with -f every one to come')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --count <n>', 'how many of the last ones', '20')
    .option('--after <seq>', 'all behind this number instead')
    .action(async (options: TailOptions, command: Command) => {
      const { tailEvents } = await import('./tail.js');
      finish(await tailEvents(contextOf(command), options));
    });

  events
    .command('export')
    .description('print all events as NDJSON, each with its hash')
    .option('--after <seq>', 'only those behind this number')
    .option('-o, --output <file>', 'write to this file instead')
    .action(async (options: { after?: string; output?: string }, command: Command) => {
      const { exportEvents } = await import('./export.js');
      finish(await exportEvents(contextOf(command), options));
    });

  events
    .command('import')
    .description('make an empty root out of an export: the same events, the same head')
    .argument('<file>', 'the export, or - for the standard input')
    .action(async (file: string, _options: object, command: Command) => {
      const { importEvents } = await import('./import.js');
      finish(await importEvents(contextOf(command), file));
    });

  events
    .command('redact')
    .description('destroy the text in the data of events, or lines of a log; digests and who did it stay')
    .argument('[seq...]', 'the numbers of the events')
    .requiredOption('--reason <text>', 'why; it is kept')
    .option('--run <run>', 'lines of a log instead, of this run')
    .option('--job <job>', 'of this job')
    .option('--sh <n>', 'of its command number N; not needed where it ran one only')
    .option('--lines <range>', 'a line or a range as the log viewer numbers them: 12 or 12-14')
    .action(async (seqs: string[], options: RedactOptions, command: Command) => {
      const { redact } = await import('./redact.js');
      finish(await redact(contextOf(command), seqs, options));
    });
};
