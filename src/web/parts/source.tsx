import { highlight } from '../source/highlight.js';

interface SourceProps {
  readonly source: string;
  /** Lines that something is said about. */
  readonly marked?: readonly number[];
  /** Only these lines, from 1. */
  readonly from?: number;
  readonly to?: number;
}

/** Fennel source with its line numbers. */
export const Source = ({ source, marked = [], from = 1, to = Number.POSITIVE_INFINITY }: SourceProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
  <pre class="source numbered" tabIndex={0}>
    {highlight(source.replace(/\n$/, '')).map((tokens, index) => {
      const number = index + 1;
      if (number < from || number > to) return null;
      return (
        <span key={number} class={marked.includes(number) ? 'source-line marked' : 'source-line'}>
          <span class="number">{number}</span>
          {tokens.map(({ text, kind }) => (kind === '' ? text : <span class={`fnl-${kind}`}>{text}</span>))}
          {'\n'}
        </span>
      );
    })}
  </pre>
);
