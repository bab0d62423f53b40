import type { EventType, Location, StoredEvent } from '../../events/index.js';
import { streamId } from '../../events/index.js';
import { commandLine, refKind, shortRef } from '../parts/names.js';
import { absoluteTime, bytesText } from '../parts/time.js';
import { firstLine } from './first-line.js';
import { namesPlace } from './names-place.js';

/** A piece of a sentence: words, or the name of something, which a page may link. */
export type Phrase =
  | string
  | { readonly code: string }
  | { readonly repo: string }
  | { readonly ref: string; readonly repo: string }
  | { readonly run: string; readonly text: string }
  | { readonly job: string }
  | { readonly event: number }
  | { readonly command: string; readonly job: string; readonly n: number };

type Sentences = { readonly [T in EventType]: (event: StoredEvent<T>) => readonly Phrase[] };

/** What an event says, in words: one sentence without its end. */
export const sentence = (event: StoredEvent): readonly Phrase[] =>
  (sentences[event.type] as (event: StoredEvent) => readonly Phrase[])(event);

/** A sentence as plain text. */
export const plainSentence = (phrases: readonly Phrase[]): string =>
  phrases
    .map((phrase) => {
      if (typeof phrase === 'string') return phrase;
      if ('code' in phrase) return phrase.code;
      if ('ref' in phrase) return refKind(phrase.ref) + shortRef(phrase.ref);
      if ('repo' in phrase) return phrase.repo;
      if ('run' in phrase) return phrase.text;
      if ('event' in phrase) return `event ${phrase.event}`;
      if ('command' in phrase) return phrase.command;
      return phrase.job;
    })
    .join('');

const sentences: Sentences = {
  'repo.created': ({ stream }) => [
    'Repository ',
    { repo: streamId(stream) },
    ' was made and its hook installed',
  ],
  'repo.removed': ({ stream }) => [
    'Repository ',
    { repo: streamId(stream) },
    ' was taken off the server; its runs stay',
  ],
  'push.received': ({ data }) => [data.pusher, ' pushed ', ...refsOf(data), ' to ', { repo: data.repo }],
  'push.reconciled': ({ data }) => [
    'A push to ',
    { repo: data.repo },
    ' that no hook had reported was found: ',
    ...refsOf(data),
  ],
  'push.gap-found': ({ data }) => [
    refKind(data.ref),
    { code: shortRef(data.ref) },
    ' did not begin where it was known to be: ',
    data.message,
  ],
  'push.ref-ignored': ({ data }) => [
    refKind(data.ref),
    { code: shortRef(data.ref) },
    ' started no run: ',
    data.message,
  ],
  'run.queued': ({ data, stream }) => [
    { run: streamId(stream), text: data.attempt === 1 ? 'A run' : `Attempt ${data.attempt}` },
    ' of ',
    { ref: data.ref, repo: data.repo },
    ' at ',
    { code: data.sha.slice(0, 8) },
    data.onlyFailed ? ' joined the queue, to run only what had failed' : ' joined the queue',
    ...(data.subject === null ? [] : [`: “${data.subject}”`]),
  ],
  'run.claimed': ({ data }) => [
    `The runner took the run off the queue, for process ${data.owner.pid} of launcher ${data.launcher}`,
  ],
  'run.released': ({ data }) => [`The run went back to the queue: ${data.reason}`],
  'run.started': ({ data }) => [
    `quire-ci fetched its bootstrap and the run is active, until ${absoluteTime(data.deadlineAtMs)} at the latest`,
  ],
  'run.adopted': ({ data }) => [`A restarted server took over the live run of process ${data.owner.pid}`],
  'run.cancel-requested': ({ data }) => [
    `The end of the run was asked for by ${data.by}: ${data.message}`,
    ...(data.supersededBy === null ? [] : [' (', { run: data.supersededBy, text: 'the newer run' }, ')']),
  ],
  'run.succeeded': () => ['The run succeeded'],
  'run.failed': ({ data }) => [
    `The run failed (${data.failureKind}): ${data.diagnostics.length === 0 ? data.message : firstLine(data.message)}`,
    data.diagnostics.length > 1 ? `, the first of ${data.diagnostics.length} diagnostics` : '',
  ],
  'run.canceled': ({ data }) => [`The run was canceled by ${data.by}`],
  'run.superseded': ({ data }) => [
    'The run was superseded by ',
    { run: data.supersededBy, text: 'a run of a newer push' },
  ],
  'pipeline.registered': ({ data }) => [
    `The pipeline registered ${count(data.jobs.length, 'job')}`,
    data.maxParallelJobs > 1 ? `, up to ${data.maxParallelJobs} at a time` : '',
    data.image === null ? '' : `, in image ${data.image}`,
  ],
  'job.started': ({ data }) => ['Job ', { job: data.jobId }, ' started'],
  'job.logged': ({ data }) => ['Job ', { job: data.jobId }, ` says: ${data.message}`],
  'job.retried': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ` is tried again, attempt ${data.attempt}: ${data.message}`,
    placeOf(data),
  ],
  'job.succeeded': ({ data }) => ['Job ', { job: data.jobId }, ' succeeded'],
  'job.reused': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ' was not run again: it keeps its result of ',
    { run: data.runId, text: 'the earlier run' },
  ],
  'job.failed': ({ data }) => [
    'Job ',
    { job: data.jobId },
    data.allowed ? ' failed, which its pipeline allows: ' : ' failed: ',
    data.message,
    placeOf(data),
  ],
  'job.skipped': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ' was skipped: ',
    ...(data.inputId === null ? [data.message] : [`${data.message} (`, { job: data.inputId }, ')']),
  ],
  'job.canceled': ({ data }) => ['Job ', { job: data.jobId }, ` was canceled: ${data.message}`],
  'file.read': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ' read ',
    { code: data.path },
    data.sha256 === null ? ', which does not exist' : `, ${bytesText(data.bytes)}`,
  ],
  'file.written': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ' wrote ',
    { code: data.path },
    `, ${bytesText(data.bytes)}`,
  ],
  'secret.revealed': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ' was given the secret ',
    { code: data.name },
  ],
  'sh.started': ({ data }) => [
    'Job ',
    { job: data.jobId },
    ' began ',
    { command: commandLine(data.cmd), job: data.jobId, n: data.n },
    data.cwd === '.' || data.cwd === '' ? '' : ` in ${data.cwd}`,
  ],
  'sh.finished': ({ data }) => [
    { command: `Command ${data.n}`, job: data.jobId, n: data.n },
    ' of job ',
    { job: data.jobId },
    data.timedOut ? ' reached its time limit and was ' : ' ',
    data.signal === null ? `ended with exit code ${data.exitCode}` : `ended by ${data.signal}`,
    ` after writing ${bytesText(data.stdoutBytes + data.stderrBytes)}`,
    data.logTruncated ? '; its log was cut' : '',
  ],
  'event.redacted': ({ data }) => ['The text of ', { event: data.seq }, ` was destroyed: ${data.reason}`],
  'log.redacted': ({ data }) => [
    `Lines ${data.fromLine} to ${data.toLine} of the log of command ${data.n} of job ${data.jobId} of `,
    { run: data.runId, text: `run ${data.runId}` },
    ` were destroyed: ${data.reason}`,
  ],
  'sh.interrupted': ({ data }) => [
    { command: `Command ${data.n}`, job: data.jobId, n: data.n },
    ' of job ',
    { job: data.jobId },
    ` was interrupted: ${data.reason}`,
  ],
};

const refsOf = ({
  repo,
  refs,
}: {
  repo: string;
  refs: readonly { ref: string; newSha: string }[];
}): Phrase[] => {
  const shown = refs
    .slice(0, 3)
    .flatMap(({ ref, newSha }, index): Phrase[] => [
      index === 0 ? '' : ', ',
      { ref, repo },
      /^0+$/.test(newSha) ? ' (deleted)' : '',
    ]);
  return refs.length > 3 ? [...shown, ` and ${refs.length - 3} more`] : shown;
};

const placeOf = ({ location, message }: { location: Location | null; message: string }): Phrase =>
  location === null || namesPlace(message, location) ? '' : ` (${location.file}:${location.line})`;

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
