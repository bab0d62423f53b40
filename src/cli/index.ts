import { CommanderError } from 'commander';
import { exitCode } from './exit-code.js';
import { finish } from './finish.js';
import { buildProgram } from './program.js';

/** Runs one command line, without `node` and the script. Sets the exit code; never throws. */
export const main = async (argv: readonly string[]): Promise<void> => {
  endQuietlyWithReader();
  try {
    await buildProgram().parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said it already; a help or version that was asked for is no error.
      finish(error.exitCode === 0 ? exitCode.ok : exitCode.usage);
      return;
    }
    const { failureOf } = await import('./failure.js');
    const { code, message, exitCode: failed } = failureOf(error);
    const json = argv.includes('--json');
    process.stderr.write(json ? `${JSON.stringify({ code, message })}\n` : `quire: ${message}\n`);
    finish(failed);
  }
};

/** `quire run list | head` is no error: when nobody reads on, there is nothing more to do. */
const endQuietlyWithReader = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCode.ok);
  });
};
