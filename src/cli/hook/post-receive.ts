import { sayOutcome, sendSpooled } from '../../intake/hook/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';

/** `quire hook post-receive --spooled FILE`: where the hook finds no curl it comes here. */
export const postReceive = async ({ root, output }: CliContext, file: string): Promise<ExitCode> => {
  const { stdout, stderr } = sayOutcome(root, await sendSpooled(root, file));
  if (stdout !== '') await output.write(stdout);
  if (stderr !== '') output.note(stderr.trimEnd());
  return exitCode.ok;
};
