import type { LogLine } from '../log/line.js';
import { linesHtml } from '../log/line-html.js';

interface LogLinesProps {
  readonly lines: readonly LogLine[];
  /** Where the log has its page, for lines on another one; empty on its own. */
  readonly address: string;
  /** Tells apart the lines of several logs. */
  readonly idPrefix?: string;
  /** When the command began, for lines that carry their times. */
  readonly startedAtMs?: number;
}

/** Lines of a log as text, each with its number as a permalink. */
export const LogLines = ({ lines, address, idPrefix = 'L', startedAtMs }: LogLinesProps) => (
  <section
    class="log"
    aria-label="Log"
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must reach
    tabIndex={0}
    hidden={lines.length === 0}
    // linesHtml escapes all that is not its own.
    dangerouslySetInnerHTML={{ __html: linesHtml(lines, { address, idPrefix, startedAtMs }) }}
  />
);
