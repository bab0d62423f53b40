import { escapeHtml } from '../escape-html.js';
import { styleLine } from './ansi.js';
import type { LogLine } from './line.js';

export interface LineHtmlOptions {
  /** Where the log has its page, for lines on another one; empty on its own. */
  readonly address: string;
  /** Tells apart the lines of several logs on one page. */
  readonly idPrefix: string;
  /** When the command began; with it the lines carry their times too. */
  readonly startedAtMs: number | undefined;
}

/**
 * Lines of a log as HTML, each with its number as a permalink. Joined from pieces of text and not rendered from a tree
 * of elements: a page has hundreds of lines, and it waited longest for the collection of that tree's garbage.
 */
export const linesHtml = (
  lines: readonly LogLine[],
  { address, idPrefix, startedAtMs }: LineHtmlOptions,
): string => {
  const prefix = escapeHtml(idPrefix);
  const target = `${escapeHtml(address)}#L`;
  const pieces: string[] = [];
  for (const line of lines) {
    const number = String(line.number);
    pieces.push('<div class="line ', line.stream, '" id="', prefix, number);
    pieces.push('"><a class="number" href="', target, number, '">', number, '</a>');
    if (startedAtMs !== undefined) pushTimes(pieces, line.time, startedAtMs);
    pieces.push('<span class="text" title="', escapeHtml(line.time));
    pieces.push(line.stream === 'stderr' ? ', stderr">' : '">');
    pushText(pieces, line);
    pieces.push('</span></div>');
  }
  return pieces.join('');
};

const pushTimes = (pieces: string[], time: string, startedAtMs: number): void => {
  const sinceMs = Math.max(0, Date.parse(time) - startedAtMs);
  pieces.push('<span class="at" data-at="', escapeHtml(time.slice(11, 23)));
  pieces.push('" data-in="+', (sinceMs / 1000).toFixed(3), '"></span>');
};

const pushText = (pieces: string[], { text, redacted }: LogLine): void => {
  if (redacted !== undefined) {
    pieces.push('<span class="redacted">redacted: ', escapeHtml(redacted.reason), '</span>');
    return;
  }
  for (const piece of styleLine(text)) {
    const escaped = escapeHtml(piece.text);
    if (piece.style === '') pieces.push(escaped);
    else pieces.push('<span class="', escapeHtml(piece.style), '">', escaped, '</span>');
  }
};
