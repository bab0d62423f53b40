import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { CancelOptions } from './cancel.js';
import type { ListOptions } from './list.js';
import type { LogsOptions } from './logs.js';
import type { RerunOptions } from './rerun.js';
import type { ShowOptions } from './show.js';

const runHelp = 'a run id, the beginning or end of one, or "latest"';

/** `quire run …`: looks at runs, ends them, runs them again. */
export const register = (program: Command): void => {
  const run = program.command('run').description('look at runs, end them, run them again');

  run
    .command('list')
    .description('list runs, newest first')
    .option('--repo <name>', 'only of this repository')
    .option('--ref <ref>', 'only of this branch or full ref')
    .option('--state <state>', 'only in this state')
    .option('--limit <n>', 'how many at most', '20')
    .option('--before <run>', 'only runs older than this one: the next page')
    .action(async (options: ListOptions, command: Command) => {
      const { listRuns } = await import('./list.js');
      finish(await listRuns(contextOf(command), options));
    });

  run
    .command('show')
    .description('show one run: its jobs and commands, and why it failed')
    .argument('<run>', runHelp)
    .option('--at <moment>', 'as it stood then: an event number, a time, or a type like job.failed:test')
    .action(async (reference: string, options: ShowOptions, command: Command) => {
      const { showRun } = await import('./show.js');
      finish(await showRun(contextOf(command), reference, options));
    });

  run
    .command('logs')
    .description('print the output of the commands of a run')
    .argument('<run>', runHelp)
    .argument('[job]', 'only of this job')
    .argument('[n]', 'only of its n-th command')
    .option('-f, --follow', 'go on until the run has ended')
    .option('--timestamps', 'begin each line with the time it was read')
    .option('--raw', 'the exact bytes, without headers')
    .action(
      async (
        reference: string,
        job: string | undefined,
        n: string | undefined,
        options: LogsOptions,
        command: Command,
      ) => {
        const { showLogs } = await import('./logs.js');
        finish(await showLogs(contextOf(command), reference, job, n, options));
      },
    );

  run
    .command('watch')
    .description('show a run live until it ends; exit code 0 when it succeeded, else 1')
    .argument('[run]', runHelp, 'latest')
    .action(async (reference: string, _options: object, command: Command) => {
      const { watch } = await import('./watch.js');
      finish(await watch(contextOf(command), reference));
    });

  run
    .command('cancel')
    .description('end a run, with everything that belongs to it')
    .argument('<run>', runHelp)
    .option('--message <text>', 'why, for its history')
    .option('--force', 'do not wait for an :uninterruptible job')
    .action(async (reference: string, options: CancelOptions, command: Command) => {
      const { cancel } = await import('./cancel.js');
      finish(await cancel(contextOf(command), reference, options));
    });

  run
    .command('rerun')
    .description('run the same commit again, as a new run')
    .argument('<run>', runHelp)
    .option('--failed', 'only the jobs that did not succeed; the others keep their results')
    .option('--watch', 'show the new run live until it ends')
    .action(async (reference: string, options: RerunOptions, command: Command) => {
      const { rerun } = await import('./rerun.js');
      finish(await rerun(contextOf(command), reference, options));
    });

  run
    .command('export')
    .description('write all about one run into one file: events, logs, pipeline, files it read')
    .argument('<run>', runHelp)
    .requiredOption('-o, --output <file>', 'the file to make; it must not exist')
    .action(async (reference: string, options: { output: string }, command: Command) => {
      const { exportRun } = await import('./export.js');
      finish(await exportRun(contextOf(command), reference, options));
    });

  run
    .command('open')
    .description('look into the export of a run, without its server: show, history, explain, logs or replay')
    .argument('<file>', 'what quire run export has written')
    .argument('[view...]', 'one of show, history, explain, logs, replay, with its arguments and options', [
      'show',
    ])
    .allowUnknownOption()
    .action(async (file: string, view: string[], _options: object, command: Command) => {
      const { openRun } = await import('./open.js');
      const json = command.optsWithGlobals<{ json?: boolean }>().json === true;
      await openRun(file, view, json, async (argv) => {
        await program.parseAsync([...argv], { from: 'user' });
      });
    });

  run
    .command('history')
    .description('print every event of a run and of the push behind it')
    .argument('<run>', runHelp)
    .action(async (reference: string, _options: object, command: Command) => {
      const { showHistory } = await import('./history.js');
      finish(await showHistory(contextOf(command), reference));
    });
};
