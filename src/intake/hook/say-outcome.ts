import { join } from 'node:path';
import type { SendOutcome } from './send.js';
import { wording } from './wording.js';

/** What a pusher reads: what the server said on standard output, what went wrong on standard error. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** Puts an outcome into the words that the hook uses. */
export function sayOutcome(root: string, outcome: SendOutcome): Said {
  if (outcome.kind === 'stored') return { stdout: outcome.lines.replace(/([^\n])$/, '$1\n'), stderr: '' };
  const words =
    outcome.kind === 'refused'
      ? wording.refused(outcome.reason)
      : `${problemOf(outcome)}; ${outcome.kept ? wording.kept(whenRun(outcome)) : wording.notKept(join(root, 'spool'))}`;
  return { stdout: '', stderr: `quire: ${words}\n` };
}

type Unsent = Exclude<SendOutcome, { kind: 'stored' | 'refused' }>;

function problemOf(outcome: Unsent): string {
  switch (outcome.kind) {
    case 'failed':
      return wording.failed(`${outcome.status}`);
    case 'no-answer':
      return wording.noAnswer(`${Math.ceil(outcome.timeoutMs / 1000)}`);
    case 'no-access':
      return wording.noAccess(outcome.socket);
    case 'not-running':
      return wording.notRunning;
  }
}

const whenRun = ({ kind }: Unsent): string => (kind === 'not-running' ? wording.whenItStarts : wording.later);
