import type { CriLine, LogStream } from './cri.js';
import { CriDecoder } from './decode.js';

/** The exact bytes that a log's lines stand for: of one stream, or of both as they were read. */
export const rebuildOutput = (lines: Iterable<CriLine>, stream?: LogStream): Buffer => {
  const pieces: Buffer[] = [];
  for (const line of lines) {
    if (stream !== undefined && line.stream !== stream) continue;
    pieces.push(line.text);
    if (!line.partial) pieces.push(lineEnd);
  }
  return Buffer.concat(pieces);
};

/** As {@link rebuildOutput}, from the bytes of a log; a last line cut by a crash is left out. */
export const rebuildFromLog = (log: Buffer, stream?: LogStream): Buffer =>
  rebuildOutput(new CriDecoder().push(log), stream);

const lineEnd = Buffer.from('\n');
