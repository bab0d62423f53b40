import { constants } from 'node:os';
import { readAssignment } from './assignment.js';
import { closeInherited } from './close-inherited.js';
import { PipePool } from './command/pipe-pool.js';
import { runAssignment } from './run-assignment.js';
import { warmUp } from './warm-up.js';

/**
 * The whole life of a quire-ci process: gets ready, waits for its run on standard input, executes it. Resolves
 * with the exit code: 0 when the run is over and stored, or none came; 1 when it could not be carried on.
 * Told to end while it waits, it first takes away the pipes it is making.
 */
export const main = async (): Promise<number> => {
  closeInherited();
  const pipes = new PipePool();
  const dismissed = () => void pipes.close().then(() => process.exit(128 + constants.signals.SIGTERM));
  process.once('SIGTERM', dismissed);
  try {
    await warmUp(pipes, say);
    const assignment = await readAssignment(process.stdin);
    process.off('SIGTERM', dismissed);
    process.stdin.destroy();
    return assignment === undefined ? 0 : await runAssignment(assignment, pipes, say);
  } catch (error) {
    say(error instanceof Error && 'code' in error ? error.message : String((error as Error).stack ?? error));
    return 1;
  } finally {
    await pipes.close();
  }
};

const say = (line: string): void => {
  process.stderr.write(`${new Date().toISOString()} quire-ci: ${line}\n`);
};
