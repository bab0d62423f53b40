import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { desc, eq } from 'drizzle-orm';
import { destination, pino } from 'pino';
import { runs } from '../../../projections/index.js';
import { createRepository } from '../../intake/index.js';
import { AddressInUseError, type RunningServer, startServer } from '../../server/index.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { type Interruption, takeInterruption } from '../interruption.js';
import { operatorName } from '../operator.js';
import { ownCommand } from '../own-command.js';
import { parsePort } from '../parse-port.js';
import { printable } from '../printable.js';
import { watchRun } from '../run/watch-run.js';
import { createStoreWaker } from '../store-waker.js';
import { version } from '../version.js';
import { findProblems } from './find-problems.js';
import { demoProject, expectedStates } from './project.js';
import { pushProject } from './push-project.js';

export interface DemoOptions {
  readonly once?: boolean;
  readonly port?: string;
}

const repo = 'greeter';

/**
 * `quire demo`: everything once, for real, in a temporary folder that goes away again: a server, a repository, a
 * clone, a `git push`, its run. Then it serves until Ctrl-C, or with `--once` ends. Throws CliError `demo-failed`
 * when anything was not as it should be; the folder stays then.
 */
export const demo = async (
  base: Omit<CliContext, 'root' | 'json'>,
  options: DemoOptions,
): Promise<ExitCode> => {
  const { output } = base;
  const { style } = output;
  const folder = await mkdtemp(join(tmpdir(), 'quire-demo-'));
  const root = join(folder, 'root');
  const context: CliContext = { ...base, root, json: false };
  const interruption = takeInterruption();
  const say = (text: string) => output.line(text);
  let server: RunningServer | undefined;
  let keep = false;
  try {
    server = await startDemoServer(root, options);
    await say(`${style.bold('server')}      ${root}, web pages at ${style.cyan(server.url ?? '')}`);
    const path = await createRepository({ root, store: server.store }, repo, operatorName());
    await say(`${style.bold('repository')}  ${path}`);
    await say(`${style.bold('pipeline')}    ${join(folder, 'work/.quire/ci.fnl')}`);
    await say('');
    await pushProject(join(folder, 'work'), path, demoProject, (line) => {
      void output.line(style.dim(`  ${printable(line.trimEnd())}`));
    });
    await say('');
    const runId = lastRunId(server);
    const ended = watchRun(context, server.store, runId, createStoreWaker(server.store));
    const first = await Promise.race([ended, interruption.happened]);
    if (first === undefined) return exitCode.interrupted;
    await server.runner.idle();
    checkOutcome(server, runId);
    await say('');
    await say(`every job ended as it should, and its rows are what ${server.store.head().seq} events say`);
    if (options.once === true) return exitCode.ok;
    await invite(context, server, runId, interruption);
    return exitCode.ok;
  } catch (error) {
    keep = true;
    output.note(`everything is still in ${folder}; the server's log is ${join(root, 'quire.log')}`);
    throw error;
  } finally {
    await server?.close();
    interruption.release();
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
};

/** Without a port that was asked for, a busy default is no reason to fail. */
const startDemoServer = async (root: string, options: DemoOptions): Promise<RunningServer> => {
  const log = pino(
    { level: 'info' },
    destination({ dest: join(root, 'quire.log'), mkdir: true, sync: true }),
  );
  const start = (port: number) => startServer({ root, version: version(), port, log });
  if (options.port !== undefined) return start(parsePort(options.port));
  if (options.once === true) return start(0);
  try {
    return await start(3000);
  } catch (error) {
    if (!(error instanceof AddressInUseError)) throw error;
    return start(0);
  }
};

const lastRunId = ({ store }: RunningServer): string => {
  const run = store.read.select().from(runs).where(eq(runs.repo, repo)).orderBy(desc(runs.id)).limit(1).get();
  if (run !== undefined) return run.id;
  throw new CliError('demo-failed', 'the push was accepted and started no run');
};

const checkOutcome = ({ store }: RunningServer, runId: string): void => {
  const problems = findProblems(store, runId, expectedStates);
  if (problems.length > 0) throw new CliError('demo-failed', `the demo went wrong: ${problems.join('; ')}`);
};

const invite = async (
  { output, root }: CliContext,
  server: RunningServer,
  runId: string,
  interruption: Interruption,
): Promise<void> => {
  const { style } = output;
  const lines = [
    '',
    `look at it   ${style.cyan(server.runUrl(runId))}`,
    `ask it       export QUIRE_ROOT=${root}`,
    `             ${ownCommand()} run show latest`,
    `             ${ownCommand()} run history latest`,
    `push again   cd ${join(root, '..', 'work')}, change something, commit, git push origin main`,
    '',
    `The server goes on until Ctrl-C; then ${join(root, '..')} is deleted.`,
  ];
  for (const line of lines) await output.line(line);
  await interruption.happened;
  await output.line('\nending the server …');
};
