import { constants } from 'node:os';
import { type Assignment, type Bootstrap, bootstrap } from '../events/run-protocol.js';
import { endMarkedProcesses } from './command/marked-processes.js';
import type { PipePool } from './command/pipe-pool.js';
import { fetchWorkspace } from './fetch-workspace.js';
import { RunExecution } from './run/run-execution.js';
import { ServerClient } from './server/client.js';
import { retry } from './server/retry.js';
import { ServerSession } from './session/server-session.js';
import { listenForSignals } from './session/signals.js';
import { HostWorld } from './world/host-world.js';

/** For how long a run that has no limits yet tries to reach its server. */
const bootstrapAwayMs = 60_000;

/** How long after a signal to this process, beyond the grace of the commands, it may report. */
const reportMs = 2_000;

/**
 * Executes one run. Resolves with the exit code: 0 when everything is stored at the server, 128 + n after signal
 * n. Rejects when the server refused the run or was away for too long; then nothing of the run is left running.
 *
 * @param say writes a line for the process log.
 */
export const runAssignment = async (
  { server, token, runDir }: Assignment,
  pipes: PipePool,
  say: (line: string) => void,
): Promise<number> => {
  const client = new ServerClient(server, token);
  const start = await fetchBootstrap(client);
  if (!start.sharedDisk) await fetchWorkspace(client, start.workspace, bootstrapAwayMs);
  const world = new HostWorld(start, pipes);
  const ending = new AbortController();
  let refuse: (error: Error) => void = () => {};
  const refused = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  const session = new ServerSession({ ...start, client, onFatal: refuse });
  const execution = new RunExecution({ bootstrap: start, runDir, session, world });
  const terminated = terminate(execution, start.limits.killGraceMs + reportMs, ending.signal);
  process.once('uncaughtException', refuse);
  void listen(client, execution, say, ending.signal);
  try {
    const executed = execution.execute().then(() => terminated.exitCode());
    return await Promise.race([executed, refused, terminated.overdue]);
  } finally {
    process.off('uncaughtException', refuse);
    ending.abort();
    execution.kill();
    await endMarkedProcesses('QUIRE_RUN_ID', start.runId, 0);
    session.close();
  }
};

/** The server starts a run once. From the second try on it is told that the answer may have been lost. */
const fetchBootstrap = (client: ServerClient): Promise<Bootstrap> => {
  let path = '/api/run/bootstrap';
  return retry(`GET ${path}`, bootstrapAwayMs, () => {
    const attempt = client.json({ method: 'GET', path }, bootstrap);
    path = '/api/run/bootstrap?again=1';
    return attempt;
  });
};

const listen = (
  client: ServerClient,
  execution: RunExecution,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<void> =>
  listenForSignals(
    client,
    (signal) => {
      say(`canceled${signal.force ? ' by force' : ''} (${signal.reason}): ${signal.message}`);
      execution.cancel(signal);
    },
    (problem) => say(problem.message),
    stop,
  );

interface Termination {
  /** 0, or what a signal to this process makes it end with. */
  exitCode(): number;
  /** Resolves when a signal came and the time to report is over. */
  readonly overdue: Promise<number>;
}

/** A signal to this process cancels the run; it has a moment to record that. */
const terminate = (execution: RunExecution, patienceMs: number, stop: AbortSignal): Termination => {
  let exitCode = 0;
  const overdue = new Promise<number>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const onSignal = () => {
        exitCode = 128 + constants.signals[name];
        execution.cancel({ message: `quire-ci was ended by ${name}`, force: true });
        setTimeout(resolve, patienceMs, exitCode).unref();
      };
      process.on(name, onSignal);
      stop.addEventListener('abort', () => process.off(name, onSignal));
    }
  });
  return { exitCode: () => exitCode, overdue };
};
