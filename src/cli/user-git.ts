import { execFile } from 'node:child_process';
import { CliError } from './cli-error.js';

const maxBytes = 16 * 1024 * 1024;

/**
 * Asks git about a folder of the user, as the user would: with their configuration and environment, for what they
 * ignore and whom they trust is theirs to say. Only for commands that read; everything else goes through the forge.
 * Resolves to the output without its last newline. Throws CliError `not-a-checkout`.
 */
export const askUserGit = (folder: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      'git',
      ['-C', folder, ...args],
      { env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }, maxBuffer: maxBytes },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout.replace(/\n$/, ''));
        else
          reject(
            new CliError(
              'not-a-checkout',
              `git ${args.join(' ')} in ${folder}: ${stderr.trim() || error.message}`,
            ),
          );
      },
    );
  });
