import { pushStream, runStream } from '../../events/index.js';
import { describeProgress, type EventStore, type RebuildProgress } from '../../store/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { formatDuration } from '../duration.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { findRun } from '../find-run.js';
import { askServer, openAnswer, readAnswer, ServerRefusal } from '../server-client.js';
import { serverEvents } from '../server-events.js';
import { withReader } from '../read-store.js';
import { withStore } from '../write-store.js';

export interface RebuildCommandOptions {
  readonly run?: string;
  readonly skipUnknown?: boolean;
}

/**
 * `quire projections rebuild [NAME…] [--run RUN]`: asks the server, which goes on serving from the old rows;
 * without one, in this process.
 */
export const rebuildProjections = async (
  context: CliContext,
  names: readonly string[],
  options: RebuildCommandOptions,
): Promise<ExitCode> => {
  if (options.run !== undefined) return rebuildRun(context, names, options.run);
  const show = createProgress(context);
  const done =
    (await rebuildByServer(context, names, options, show)) ??
    (await rebuildHere(context, names, options, show));
  await (context.json
    ? context.output.document({ rebuilt: names.length === 0 ? 'all' : names, ...done })
    : context.output.line(`folded ${done.seq} events in ${formatDuration(done.tookMs)}`));
  return exitCode.ok;
};

/** All read models, by the server or without one; says nothing. */
export const rebuildAll = async (context: CliContext): Promise<void> => {
  const quiet = () => undefined;
  (await rebuildByServer(context, [], {}, quiet)) ?? (await rebuildHere(context, [], {}, quiet));
};

interface Done {
  readonly seq: number;
  readonly tookMs: number;
}

const rebuildRoute = '/api/projections/rebuild';

/** Undefined when no server runs. Throws ServerRefusal, also for a rebuild that stopped. */
const rebuildByServer = async (
  { root }: CliContext,
  names: readonly string[],
  { skipUnknown }: RebuildCommandOptions,
  show: (progress: RebuildProgress) => void,
): Promise<Done | undefined> => {
  const body = { ...(names.length > 0 && { names }), ...(skipUnknown === true && { skipUnknown }) };
  const response = await openAnswer(root, 'POST', rebuildRoute, { body });
  if (response === undefined) return undefined;
  if (response.statusCode !== 200) {
    throw new CliError(
      'server-fault',
      `the server answered ${JSON.stringify(await readAnswer(response, `POST ${rebuildRoute}`))}`,
    );
  }
  for await (const { event, data } of serverEvents(response)) {
    if (event === 'progress') show(data as RebuildProgress);
    if (event === 'done') return data as Done;
    if (event === 'failed') {
      const { code, message } = data as { code: string; message: string };
      throw new ServerRefusal(409, code, message);
    }
  }
  throw new CliError(
    'server-away',
    'the server went away before its rebuild was done: the old rows are there, and the next one begins anew',
  );
};

const rebuildHere = (
  { root, now }: CliContext,
  names: readonly string[],
  { skipUnknown }: RebuildCommandOptions,
  show: (progress: RebuildProgress) => void,
): Promise<Done> =>
  withStore(
    root,
    async (store) => {
      await caughtUp(store);
      const beganAtMs = now();
      await store.rebuild(names.length === 0 ? undefined : names, {
        skipUnknown: skipUnknown === true,
        onProgress: show,
      });
      return { seq: store.head().seq, tookMs: now() - beganAtMs };
    },
    { skipUnknown: skipUnknown === true },
  );

/** What stopped the rebuild at the start would stop this one too, and says so itself. */
const caughtUp = (store: EventStore): Promise<void> => store.caughtUp.catch(() => undefined);

/** The rows of one run, at once. */
const rebuildRun = async (
  { root, json, output }: CliContext,
  names: readonly string[],
  reference: string,
): Promise<ExitCode> => {
  if (names.length > 0) {
    throw new CliError('usage', `--run folds all rows of a run; leave out ${names.join(', ')}`);
  }
  const runId = await withReader(root, (reader) => findRun(reader, reference).id);
  const answer = await askServer(root, 'POST', rebuildRoute, { runId });
  if (answer === undefined) {
    await withStore(root, async (store) => {
      await caughtUp(store);
      const run = findRun(store, runId);
      store.refold([runStream(run.id), pushStream(run.pushId)]);
    });
  }
  await (json
    ? output.document({ rebuilt: runId })
    : output.line(`the rows of run ${runId} are folded again`));
  return exitCode.ok;
};

const showEveryMs = 500;

/** A line now and then, on the standard error. */
const createProgress = ({ json, output, now }: CliContext): ((progress: RebuildProgress) => void) => {
  let shownAtMs = 0;
  return (progress) => {
    if (progress.phase !== 'done' && now() - shownAtMs < showEveryMs) return;
    shownAtMs = now();
    output.note(json ? JSON.stringify(progress) : progressLine(progress));
  };
};

const progressLine = (progress: RebuildProgress): string =>
  progress.phase === 'done'
    ? describeProgress(progress)
    : `${describeProgress(progress)}, ${formatDuration(progress.timeLeftMs)} left`;
