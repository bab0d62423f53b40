import type { Command } from 'commander';
import { contextOf } from '../context.js';
import { finish } from '../finish.js';
import type { ReplayOptions } from './replay.js';
import type { LastOptions } from './replay-last.js';

type AllReplayOptions = ReplayOptions & Partial<LastOptions>;

const runHelp = 'a run id, the beginning or end of one, or "latest"';

/** `quire replay`, and `quire run explain`: what happened, and because of what. */
export const register = (program: Command): void => {
  program
    .command('replay')
    .description(
      'step through the life of a run: each event, and what it changed; or run its pipeline again on its history',
    )
    .argument('[run]', runHelp)
    .option(
      '--at <moment>',
      'show the run as it stood then: an event number, a time, or a type like job.failed:test',
    )
    .option('--step', 'wait for a key after each event')
    .option(
      '--pipeline [source]',
      'run the code of the pipeline again and answer it from history: its own, that of a file, or of a commit',
    )
    .option('--last <n>', 'do so for the last n runs of a repository, and print a table')
    .option('--repo <name>', 'with --last: the repository')
    .action(async (reference: string | undefined, options: AllReplayOptions, command: Command) => {
      const context = contextOf(command);
      const { last, pipeline, at, step, repo } = options;
      if ((last !== undefined || pipeline !== undefined) && (at !== undefined || step === true)) {
        command.error('error: --at and --step look at what happened; --pipeline and --last run code again');
      }
      if (repo !== undefined && last === undefined) command.error('error: --repo belongs to --last');
      if (last !== undefined) {
        const { replayLast } = await import('./replay-last.js');
        finish(await replayLast(context, reference, { ...options, last }));
        return;
      }
      if (reference === undefined) {
        const hint = typeof pipeline === 'string' ? '; write it before --pipeline' : '';
        command.error(`error: missing required argument 'run'${hint}`);
      }
      if (pipeline !== undefined) {
        const { replayPipeline } = await import('./replay-pipeline.js');
        finish(await replayPipeline(context, reference as string, pipeline));
        return;
      }
      const { replay } = await import('./replay.js');
      finish(await replay(context, reference as string, options));
    });

  const run = program.commands.find((command) => command.name() === 'run') ?? program.command('run');
  run
    .command('explain')
    .description('say why a run or one of its jobs came out as it did, first cause first')
    .argument('<run>', runHelp)
    .argument('[job]', 'only of this job')
    .action(async (reference: string, job: string | undefined, _options: object, command: Command) => {
      const { explainRun } = await import('./explain.js');
      finish(await explainRun(contextOf(command), reference, job));
    });
};
