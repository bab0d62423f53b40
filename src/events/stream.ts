/** What a stream holds the events of. */
export type StreamKind = 'repo' | 'push' | 'run' | 'history';

/** The name of a stream: `repo/<name>`, `push/<id>`, `run/<id>`, `history/redactions` or `history/logs/<run id>`. */
export type StreamName = `${StreamKind}/${string}`;

export const repoStream = (name: string): StreamName => `repo/${name}`;
export const pushStream = (id: string): StreamName => `push/${id}`;
export const runStream = (id: string): StreamName => `run/${id}`;

/** Which events' text was destroyed, and why. */
export const redactionStream: StreamName = 'history/redactions';

/** What was destroyed in the logs of a run, and why: a stream for each run, so that its log pages find it at once. */
export const logRedactionStream = (runId: string): StreamName => `history/logs/${runId}`;

/** The part of a stream's name before the first slash. */
export const streamKind = (stream: string): string => stream.slice(0, stream.indexOf('/'));

let last = { stream: '', id: '' };

/**
 * The part of a stream's name behind the first slash: a run id, a push id or a repository name. The last one is kept:
 * a fold asks several times for each event, and maps need not hash the same text again.
 */
export const streamId = (stream: string): string => {
  if (stream !== last.stream) last = { stream, id: stream.slice(stream.indexOf('/') + 1) };
  return last.id;
};
