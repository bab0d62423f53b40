import { type Replay, replayRun } from '../../history/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { printable } from '../printable.js';
import { withReader } from '../read-store.js';
import { shortRef } from '../ref-name.js';
import { choosePipeline } from './choose-pipeline.js';
import { replayLines } from './replay-lines.js';
import { runFilesOf } from './run-files.js';

/**
 * `quire replay RUN --pipeline [FILE|REV]`: the code runs again, answered from history. Ends with 1 when it took
 * another way, with 0 when it took the same as far as history goes.
 */
export const replayPipeline = (
  context: CliContext,
  reference: string,
  option: string | true | undefined,
): Promise<ExitCode> =>
  withReader(context.root, async (reader) => {
    const { root, output, json } = context;
    const run = findRun(reader, reference);
    const { name, read: pipeline } = await choosePipeline(option, root, run.repo);
    const replay = await replayRun({ reader, runId: run.id, files: runFilesOf(root, reader), pipeline });
    if (json) await output.document(replayShape(replay));
    else {
      const { style } = output;
      const title = `${printable(run.repo)} ${printable(shortRef(run.ref))} ${run.sha.slice(0, 7)}`;
      await output.line(`run ${style.bold(run.id)}  ${title}  with ${printable(name)}`);
      for (const line of replayLines(replay, style, output.width())) await output.line(line);
    }
    return exitOf(replay);
  });

/** The exit code of one replay. */
export const exitOf = ({ verdict }: Pick<Replay, 'verdict'>): ExitCode =>
  verdict === 'diverged' ? exitCode.no : exitCode.ok;

/** A replay as `--json` shows it. */
export const replayShape = ({ tookMs, ...replay }: Replay) => ({
  ...replay,
  tookMs: Math.round(tookMs * 1000) / 1000,
});
