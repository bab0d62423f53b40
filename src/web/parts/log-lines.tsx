import { styleLine } from '../log/ansi.js';
import type { LogLine } from '../log/line.js';

/** Lines of a log as text, each with its number as a permalink. `id` tells apart the lines of several logs. */
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
    {lines.map((line) => (
      <LogRow key={line.number} line={line} address={address} id={`${idPrefix}${line.number}`} />
    ))}
  </section>
);

export const LogRow = ({ line, address, id }: { line: LogLine; address: string; id: string }) => (
  <div class={`line ${line.stream}`} id={id}>
    <a class="number" href={`${address}#L${line.number}`} aria-label={`line ${line.number}`}>
      {line.number}
    </a>
    <span class="text" title={line.time}>
      {styleLine(line.text).map(({ text, style }) =>
        style === '' ? text : <span class={style}>{text}</span>,
      )}
    </span>
  </div>
);
