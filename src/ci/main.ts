import { readAssignment } from './assignment.js';
import { closeInherited } from './close-inherited.js';
import { PipePool } from './command/pipe-pool.js';
import { runAssignment } from './run-assignment.js';
import { warmUp } from './warm-up.js';

/**
 * The whole life of a quire-ci process: gets ready, waits for its run on standard input, executes it. Resolves
 * with the exit code: 0 when the run is over and stored, or none came; 1 when it could not be carried on.
 */
export const main = async (): Promise<number> => {
  closeInherited();
  const pipes = new PipePool();
  try {
    await warmUp(pipes);
    const assignment = await readAssignment(process.stdin);
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
