/** What a stream holds the events of. */
export type StreamKind = 'repo' | 'push' | 'run' | 'history';

/** The name of a stream: `repo/<name>`, `push/<id>`, `run/<id>` or `history/redactions`. */
export type StreamName = `${StreamKind}/${string}`;

export const repoStream = (name: string): StreamName => `repo/${name}`;
export const pushStream = (id: string): StreamName => `push/${id}`;
export const runStream = (id: string): StreamName => `run/${id}`;

/** What was destroyed, and why. */
export const redactionStream: StreamName = 'history/redactions';

/** The part of a stream's name before the first slash. */
export const streamKind = (stream: string): string => stream.slice(0, stream.indexOf('/'));

/** The part of a stream's name behind the first slash: a run id, a push id or a repository name. */
export const streamId = (stream: string): string => stream.slice(stream.indexOf('/') + 1);
