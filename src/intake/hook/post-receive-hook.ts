import { isAbsolute } from 'node:path';
import { checkRepoName } from '../../forge/index.js';
import { hookScript } from './hook-script.js';
import { shellQuote } from './shell-quote.js';
import { answerTimeoutMs } from './wording.js';

/** What a hook must know; paths are absolute. */
export interface HookSettings {
  /** The data root, where `spool/` and `server.sock` are. */
  readonly root: string;
  readonly repo: string;
  /** The node executable and the `quire` script, for machines without curl. */
  readonly node: string;
  readonly quireBin: string;
  /** How long the server may take to answer, in milliseconds; whole seconds. */
  readonly timeoutMs?: number;
}

/**
 * The text of a repository's post-receive hook, for any POSIX shell.
 *
 * It writes the push into the spool, posts the same bytes to the server and shows the pusher what the server says.
 * git has accepted the push already, so it always ends with 0. A push waits for it: processes cost 1 ms each and
 * curl 9 ms to start, so the shell itself makes the message and its id, and curl starts while the spool is written
 * (it sends nothing before all of its input is there, which is after the file is safe).
 * Throws InvalidRepoNameError, and RangeError for a path that is not absolute or holds NUL.
 */
export function postReceiveHook({ root, repo, node, quireBin, timeoutMs }: HookSettings): string {
  for (const path of [root, node, quireBin])
    if (!isAbsolute(path)) throw new RangeError(`expected an absolute path, found ${JSON.stringify(path)}`);
  return `#!/bin/sh
# quire's post-receive hook: reports a push, which git has accepted, to the server. Never edited by hand:
# it is written anew when the repository is set up again.
root=${shellQuote(root)}
repo=${shellQuote(checkRepoName(repo))}
node=${shellQuote(node)}
quire=${shellQuote(quireBin)}
timeout=${Math.ceil((timeoutMs ?? answerTimeoutMs) / 1000)}
${hookScript}`;
}
