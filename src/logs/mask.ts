import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { criPrefixBytes } from './cri.js';

/** Lines of a log, the first and the last one, counted from 1. */
export interface LineSpan {
  readonly fromLine: number;
  readonly toLine: number;
}

/** What stands for each destroyed byte, so that no line begins anywhere else than before. */
export const maskByte = 42;

const newline = 10;
const chunkBytes = 1 << 20;

/** A log as it is and as it would be. */
export interface MaskedDigests {
  /** Lines of the log, a last one without its end included. */
  readonly lines: number;
  /** SHA-256 of the file as it is, hex. */
  readonly found: string;
  /** Of the file with the text of `masked` overwritten. */
  readonly masked: string;
  /** Of that with the text of `span` overwritten too. */
  readonly after: string;
  /** Of the bytes of the lines of `span`, with `masked` overwritten. */
  readonly span: string;
}

/** Reads a log once, in chunks, and tells what it would be with lines overwritten. Writes nothing. */
export const digestMasked = async (
  file: FileHandle,
  masked: readonly LineSpan[],
  span?: LineSpan,
): Promise<MaskedDigests> => {
  const digests = { found: sha256(), masked: sha256(), after: sha256(), span: sha256() };
  const walk = createLineWalk();
  for await (const { bytes } of chunksOf(file)) {
    digests.found.update(bytes);
    const pieces = walk.pieces(bytes);
    for (const { line, textStart, end } of pieces)
      if (isIn(masked, line)) bytes.fill(maskByte, textStart, end);
    digests.masked.update(bytes);
    if (span === undefined) continue;
    for (const { line, start, textStart, end, past } of pieces) {
      if (!isIn([span], line)) continue;
      digests.span.update(bytes.subarray(start, past));
      bytes.fill(maskByte, textStart, end);
    }
    digests.after.update(bytes);
  }
  const done = (digest: Hash) => digest.digest('hex');
  const first = done(digests.masked);
  return {
    lines: walk.lines(),
    found: done(digests.found),
    masked: first,
    after: span === undefined ? first : done(digests.after),
    span: done(digests.span),
  };
};

/**
 * Overwrites each byte of the text of these lines with an asterisk, where it stands, and waits until the disk has
 * it. Times, streams and line ends stay. May be done again: what is overwritten already stays as it is.
 */
export const overwriteLines = async (file: FileHandle, spans: readonly LineSpan[]): Promise<void> => {
  const walk = createLineWalk();
  for await (const { bytes, offset } of chunksOf(file)) {
    for (const { line, textStart, end } of walk.pieces(bytes)) {
      if (textStart >= end || !isIn(spans, line)) continue;
      bytes.fill(maskByte, textStart, end);
      await writeAll(file, bytes.subarray(textStart, end), offset + textStart);
    }
  }
  await file.sync();
};

/** The part of one line that lies in a chunk, as places in the chunk. */
interface LinePiece {
  /** From 1. */
  readonly line: number;
  readonly start: number;
  /** Where its text begins; `end` when none of it lies here. */
  readonly textStart: number;
  /** Behind its last byte, the line end not counted. */
  readonly end: number;
  /** The same with the line end. */
  readonly past: number;
}

/** Cuts the chunks of a log, given in order, into pieces of lines. */
const createLineWalk = () => {
  let line = 1;
  let column = 0;
  return {
    lines: () => (column === 0 ? line - 1 : line),
    pieces(bytes: Buffer): LinePiece[] {
      const pieces: LinePiece[] = [];
      let start = 0;
      while (start < bytes.length) {
        const found = bytes.indexOf(newline, start);
        const end = found === -1 ? bytes.length : found;
        const past = found === -1 ? end : end + 1;
        const textStart = Math.min(end, start + Math.max(0, criPrefixBytes - column));
        pieces.push({ line, start, textStart, end, past });
        column += end - start;
        if (found !== -1) {
          line += 1;
          column = 0;
        }
        start = past;
      }
      return pieces;
    },
  };
};

const isIn = (spans: readonly LineSpan[], line: number): boolean =>
  spans.some(({ fromLine, toLine }) => line >= fromLine && line <= toLine);

const sha256 = (): Hash => createHash('sha256');

async function* chunksOf(
  file: FileHandle,
): AsyncGenerator<{ readonly bytes: Buffer; readonly offset: number }> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let offset = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
    if (bytesRead === 0) return;
    yield { bytes: buffer.subarray(0, bytesRead), offset };
    offset += bytesRead;
  }
}

const writeAll = async (file: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
};
