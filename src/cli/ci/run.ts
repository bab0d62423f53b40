import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { eq } from 'drizzle-orm';
import { destination, pino } from 'pino';
import { repos, runs } from '../../../projections/index.js';
import { type StoredEvent, streamId, timeSortedId } from '../../events/index.js';
import { checkRepoName, listRefs, repoDir, runGit } from '../../forge/index.js';
import { createRepository } from '../../intake/index.js';
import { cancelRun } from '../../runner/index.js';
import { type RunningServer, startServer } from '../../server/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { takeInterruption } from '../interruption.js';
import { operatorName } from '../operator.js';
import { ownCommand } from '../own-command.js';
import { createStoreWaker } from '../store-waker.js';
import { version } from '../version.js';
import { watchRun } from '../run/watch-run.js';
import { borrowObjects } from './borrow-objects.js';
import { type Checkout, findCheckout } from './checkout.js';
import { chooseCommit } from './choose-commit.js';
import type { LocalCommit } from './commit-working-tree.js';

export interface RunOptions {
  readonly rev?: string;
  readonly keepWorkspace?: boolean;
}

/**
 * `quire ci run`: executes the pipeline of the checkout around the current folder, without a server. It is a real
 * run in a root of its own: 0 when it succeeded, 1 when it failed, 2 when its pipeline is broken.
 */
export const runHere = async (
  context: Omit<CliContext, 'root'>,
  namedRoot: string | undefined,
  options: RunOptions,
): Promise<ExitCode> => {
  const checkout = await findCheckout(process.cwd());
  const root = namedRoot ?? (await mkdtemp(join(tmpdir(), 'quire-ci-')));
  context.output.note(`root: ${root}`);
  const interruption = takeInterruption();
  const server = await startServer({
    root,
    version: version(),
    listen: false,
    keepWorkspaces: options.keepWorkspace === true,
    log: pino({ level: 'info' }, destination({ dest: join(root, 'quire.log'), mkdir: true, sync: true })),
  });
  try {
    const by = operatorName();
    const repo = repoName(checkout);
    const gitDir = await ownRepository(server, root, repo, by);
    await borrowObjects(checkout, gitDir);
    const commit = await chooseCommit(checkout, gitDir, by, options.rev);
    const runId = await queueRun(server, gitDir, { repo, by, commit });
    interruption.signal.addEventListener('abort', () => {
      cancelRun(server.store, runId, { by, force: true, message: 'ended by Ctrl-C' }).catch((error: Error) =>
        context.output.note(`quire: ${error.message}`),
      );
    });
    const watched = await watchRun({ ...context, root }, server.store, runId, createStoreWaker(server.store));
    await server.runner.idle();
    if (!context.json) context.output.note(`look closer: ${ownCommand()} --root ${root} run show latest`);
    if (interruption.signal.aborted) return exitCode.interrupted;
    return isBroken(server, runId) ? exitCode.usage : watched;
  } finally {
    await server.close();
    interruption.release();
  }
};

/** The name of the checkout's folder, as far as it can be a repository's. */
const repoName = ({ top }: Checkout): string => {
  const name = basename(top)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+/, '')
    .replace(/(\.git|\.lock)+$/, '')
    .slice(0, 64);
  return checkRepoName(name || 'checkout');
};

const ownRepository = async (
  { store }: RunningServer,
  root: string,
  repo: string,
  by: string,
): Promise<string> => {
  const known = store.read.select().from(repos).where(eq(repos.name, repo)).get();
  return known?.state === 'present' ? repoDir(root, repo) : createRepository({ root, store }, repo, by);
};

/** What a push would do: the ref moves, then the push is taken in. Returns the id of its run. */
const queueRun = async (
  { receiver }: RunningServer,
  gitDir: string,
  { repo, by, commit }: { readonly repo: string; readonly by: string; readonly commit: LocalCommit },
): Promise<string> => {
  const { ref, sha } = commit;
  const position = (await listRefs(gitDir)).find((one) => one.ref === ref)?.sha;
  const oldSha = position === undefined || position === sha ? commit.previousSha : position;
  await runGit(['update-ref', '--end-of-options', ref, sha], { gitDir });
  const pushedAtMs = Date.now();
  const events = await receiver.receive({
    id: timeSortedId(pushedAtMs),
    repo,
    pushedAtMs,
    pusher: by,
    refs: [{ ref, oldSha, newSha: sha }],
  });
  const queued = events.find(({ type }) => type === 'run.queued');
  if (queued !== undefined) return streamId(queued.stream);
  throw new CliError('no-pipeline', reasonIn(events));
};

const reasonIn = (events: readonly StoredEvent[]): string => {
  const ignored = events.find((event) => event.type === 'push.ref-ignored');
  return ignored?.type === 'push.ref-ignored' ? ignored.data.message : 'the push started no run';
};

const isBroken = ({ store }: RunningServer, runId: string): boolean =>
  store.read.select().from(runs).where(eq(runs.id, runId)).get()?.failureKind === 'pipeline-invalid';
