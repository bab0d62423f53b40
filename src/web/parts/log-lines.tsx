import { styleLine } from '../log/ansi.js';
import type { LogLine } from '../log/line.js';

/** Lines of a log as text, each with its number as a permalink. `idPrefix` tells apart the lines of several logs. */
export const LogLines = ({
  lines,
  address,
  idPrefix = 'L',
}: {
  lines: readonly LogLine[];
  address: string;
  idPrefix?: string;
}) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
  <section class="log" aria-label="Log" tabIndex={0}>
    <LogRows lines={lines} address={address} idPrefix={idPrefix} startedAtMs={undefined} />
  </section>
);

/** The rows alone; with the command's start they carry their times too. */
export const LogRows = ({
  lines,
  address,
  idPrefix = 'L',
  startedAtMs,
}: {
  lines: readonly LogLine[];
  address: string;
  idPrefix?: string;
  startedAtMs: number | undefined;
}) => (
  <>
    {lines.map((line) => (
      <div key={line.number} class={`line ${line.stream}`} id={`${idPrefix}${line.number}`}>
        <a class="number" href={`${address}#L${line.number}`}>
          {line.number}
        </a>
        {startedAtMs !== undefined && (
          <span class="at" data-at={line.time.slice(11, 23)} data-in={sinceText(line.time, startedAtMs)} />
        )}
        <span class="text" title={line.time}>
          {line.redacted !== undefined ? (
            <span class="redacted">redacted: {line.redacted.reason}</span>
          ) : (
            styleLine(line.text).map(({ text, style }) =>
              style === '' ? text : <span class={style}>{text}</span>,
            )
          )}
        </span>
      </div>
    ))}
  </>
);

const sinceText = (time: string, startedAtMs: number): string =>
  `+${(Math.max(0, Date.parse(time) - startedAtMs) / 1000).toFixed(3)}`;
