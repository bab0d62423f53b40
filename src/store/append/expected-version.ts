import type { StreamName } from '../../events/index.js';

/** What an append expects of a stream: its exact version, that it does not exist, or nothing. */
export type ExpectedVersion = number | 'none' | 'any';

/** Somebody else appended first, or the stream is not what the caller believed. Nothing was stored. */
export class VersionConflictError extends Error {
  readonly code = 'version-conflict';
  constructor(
    readonly stream: StreamName,
    readonly expected: ExpectedVersion,
    readonly found: number,
  ) {
    super(
      `stream ${stream}: expected ${expected === 'none' ? 'that it does not exist' : `version ${expected}`}, ` +
        `found ${found === 0 ? 'that it does not exist' : `version ${found}`}; nothing was stored, read it again and decide anew`,
    );
  }
}

/** Throws {@link VersionConflictError} unless `found` (0 = no such stream) is what was expected. */
export const checkExpectedVersion = (stream: StreamName, expected: ExpectedVersion, found: number): void => {
  if (expected === 'any' || found === (expected === 'none' ? 0 : expected)) return;
  throw new VersionConflictError(stream, expected, found);
};
