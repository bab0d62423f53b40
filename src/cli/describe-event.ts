import type { Command, StoredEvent } from '../events/index.js';
import { isKnownEvent, type ReadEvent } from '../store/index.js';
import { formatBytes } from './byte-size.js';
import { printable, printableFirstLine } from './printable.js';

/** What an event says, in one line of words. Unknown types are shown with their data. */
export const describeEvent = (event: ReadEvent): string =>
  printable(isKnownEvent(event) ? sentence(event) : `${event.type} ${JSON.stringify(event.data)}`);

/** A command as a person would type it. */
export const commandText = (cmd: Command): string =>
  typeof cmd === 'string' ? cmd : cmd.map(quoteWord).join(' ');

const quoteWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

const sentence = (event: StoredEvent): string => {
  switch (event.type) {
    case 'repo.created':
      return 'repository created';
    case 'repo.removed':
      return 'repository removed';
    case 'push.received':
    case 'push.reconciled': {
      const { repo, pusher, refs } = event.data;
      const how =
        event.type === 'push.received' ? `${pusher} pushed` : 'a push that was never reported was found:';
      return `${how} ${refsText(refs.map(({ ref }) => ref))} to ${repo}`;
    }
    case 'push.gap-found':
      return `gap before ${event.data.ref}: ${event.data.message}`;
    case 'push.ref-ignored':
      return `no run for ${event.data.ref}: ${event.data.message}`;
    case 'run.queued': {
      const { repo, ref, sha, attempt, rerunOf, onlyFailed } = event.data;
      const what = onlyFailed ? 'what failed in' : 'again after';
      const again = rerunOf === null ? '' : `, attempt ${attempt}, ${what} ${rerunOf}`;
      return `queued for ${repo} ${ref} at ${sha.slice(0, 10)}${again}`;
    }
    case 'run.claimed':
      return `taken by the ${event.data.launcher} launcher, process ${event.data.owner.pid}`;
    case 'run.released':
      return `back to the queue: ${event.data.reason}`;
    case 'run.started':
      return 'run started';
    case 'run.adopted':
      return `taken over by a restarted server, process ${event.data.owner.pid}`;
    case 'run.cancel-requested':
      return `asked to end by ${event.data.by} (${event.data.reason}): ${event.data.message}`;
    case 'run.succeeded':
      return 'run succeeded';
    case 'run.failed':
      return `run failed (${event.data.failureKind}): ${printableFirstLine(event.data.message)}`;
    case 'run.canceled':
      return `run canceled by ${event.data.by}: ${event.data.message}`;
    case 'run.superseded':
      return `run superseded by ${event.data.supersededBy}`;
    case 'pipeline.registered':
      return `pipeline registered: ${event.data.jobs.map(({ id }) => id).join(', ')}`;
    case 'event.redacted':
      return `the text of event ${event.data.seq} was destroyed: ${event.data.reason}`;
    case 'log.redacted': {
      const { runId, jobId, n, fromLine, toLine, reason } = event.data;
      const lines = fromLine === toLine ? `line ${fromLine}` : `lines ${fromLine} to ${toLine}`;
      return `the text of ${lines} of the log of ${jobId} $${n} of run ${runId} was destroyed: ${reason}`;
    }
    default:
      return jobSentence(event);
  }
};

/** A push of hundreds of refs is told by its first ones. */
const refsText = (refs: readonly string[]): string =>
  refs.length <= 6 ? refs.join(', ') : `${refs.slice(0, 5).join(', ')} and ${refs.length - 5} more refs`;

type JobEvent = Extract<
  StoredEvent,
  { type: `job.${string}` | `sh.${string}` | `file.${string}` | 'secret.revealed' }
>;

const jobSentence = (event: JobEvent): string => {
  const job = event.data.jobId;
  switch (event.type) {
    case 'job.started':
      return `${job} started`;
    case 'job.logged':
      return `${job}: ${event.data.message}`;
    case 'job.retried':
      return `${job} is tried again, attempt ${event.data.attempt}: ${event.data.message}`;
    case 'job.succeeded':
      return `${job} succeeded`;
    case 'job.reused':
      return `${job} is not run again: it keeps its result of run ${event.data.runId}`;
    case 'job.failed':
      return `${job} failed${event.data.allowed ? ' (allowed)' : ''}: ${event.data.message}`;
    case 'job.skipped':
      return `${job} skipped: ${event.data.message}`;
    case 'job.canceled':
      return `${job} canceled: ${event.data.message}`;
    case 'file.read':
      return event.data.sha256 === null
        ? `${job} asked for ${event.data.path}, which is not there`
        : `${job} read ${event.data.path}, ${formatBytes(event.data.bytes)}`;
    case 'file.written':
      return `${job} wrote ${event.data.path}, ${formatBytes(event.data.bytes)}`;
    case 'secret.revealed':
      return `${job} was given the secret ${event.data.name}`;
    case 'sh.started':
      return `${job} $${event.data.n} ${commandText(event.data.cmd)}`;
    case 'sh.finished':
      return `${job} $${event.data.n} ${endOf(event.data)}, ${formatBytes(event.data.stdoutBytes + event.data.stderrBytes)} of output`;
    case 'sh.interrupted':
      return `${job} $${event.data.n} interrupted: ${event.data.reason}`;
  }
};

const endOf = (end: {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
}): string => {
  const how = end.exitCode === null ? `ended by ${end.signal}` : `exit ${end.exitCode}`;
  return end.timedOut ? `${how}, time limit reached` : how;
};
