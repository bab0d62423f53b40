import { CommanderError } from 'commander';
import { exitCode } from './exit-code.js';
import type { Failure } from './failure.js';
import { finish } from './finish.js';
import { buildProgram } from './program.js';

/** Runs one command line, without `node` and the script. Sets the exit code; never throws. */
export const main = async (argv: readonly string[]): Promise<void> => {
  endQuietlyWithReader();
  const json = argv.includes('--json');
  const program = buildProgram();
  if (json) program.configureOutput({ writeErr: () => undefined });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const { failureOf } = await import('./failure.js');
    const failure = error instanceof CommanderError ? usageFailure(error) : failureOf(error);
    if (json && failure.exitCode !== exitCode.ok) {
      process.stderr.write(`${JSON.stringify({ code: failure.code, message: failure.message })}\n`);
    } else if (!(error instanceof CommanderError)) {
      process.stderr.write(`quire: ${failure.message}\n`);
    }
    finish(failure.exitCode);
  }
};

/** Commander has said it in text already; a help or version that was asked for is no error. */
const usageFailure = ({ message, exitCode: code }: CommanderError): Failure => ({
  code: 'usage',
  message: message.replace(/^error: /, ''),
  exitCode: code === 0 ? exitCode.ok : exitCode.usage,
});

/** `quire run list | head` is no error: when nobody reads on, there is nothing more to do. */
const endQuietlyWithReader = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCode.ok);
    process.stderr.write(`quire: the output could not be written: ${error.message}\n`);
    process.exit(exitCode.unavailable);
  });
};
