import { withQuery } from '../addresses.js';
import { linesPerPage } from '../log/line.js';
import type { LogSearch } from '../log/search.js';

interface LogToolsProps {
  readonly address: string;
  readonly from: number;
  readonly to: number;
  readonly last: number;
  readonly pattern: string;
}

/** Where one is in a log, the way to its other lines, search, and the log to take away. */
export const LogTools = ({ address, from, to, last, pattern }: LogToolsProps) => (
  <div class="log-tools">
    <p class="log-range">
      <span data-log="range">{rangeText(from, to, last)}</span>{' '}
      <span class="pages" data-log="pages">
        {from > 1 && <a href={withQuery(address, { from: 1 })}>first</a>}{' '}
        {from > 1 && (
          <a href={withQuery(address, { from: Math.max(1, from - linesPerPage) })} rel="prev">
            earlier
          </a>
        )}{' '}
        {to < last && (
          <a href={withQuery(address, { from: to + 1 })} rel="next">
            later
          </a>
        )}{' '}
        {to < last && <a href={address}>last</a>}
      </span>
    </p>
    <search>
      <form method="get" action={address}>
        <label>
          <span class="visually-hidden">Search the log with a regular expression</span>
          <input
            type="search"
            name="q"
            value={pattern}
            placeholder="search"
            data-key="/"
            autoComplete="off"
            spellcheck={false}
          />
        </label>
      </form>
    </search>
    <p class="log-options" data-log="options" />
    <p class="downloads">
      <a href={`${address}/raw`}>raw</a> <a href={`${address}/raw?form=cri`}>with times</a>{' '}
      <a href={`${address}/raw?download`} download>
        download
      </a>
    </p>
  </div>
);

/** What a search found, each line a link into the log. */
export const LogMatches = ({
  search,
  address,
  last,
}: {
  search: LogSearch & { readonly pattern: string };
  address: string;
  last: number;
}) => (
  <section class="matches" aria-label="Search results">
    <p class="quiet">
      {matchText(search.matches.length)} <code>{search.pattern}</code>
      {search.ended === 'end'
        ? ''
        : ` in the lines up to ${search.searchedTo.toLocaleString('en')} of ${last.toLocaleString('en')}`}
      {search.ended === 'time' && '; the search took too long and was ended'}.{' '}
      {search.ended !== 'end' && search.searchedTo < last && (
        <a href={withQuery(address, { q: search.pattern, qfrom: search.searchedTo + 1 })} rel="next">
          Search on
        </a>
      )}{' '}
      <a href={address}>Done</a>
    </p>
    {search.matches.length > 0 && (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must reach
      <ol class="log" tabIndex={0}>
        {search.matches.map(({ number, text }) => (
          <li key={number} class="line">
            <a
              class="number"
              data-line={number}
              href={`${withQuery(address, { q: search.pattern, from: Math.max(1, number - 20) })}#L${number}`}
            >
              {number}
            </a>
            <span class="text">{text}</span>
          </li>
        ))}
      </ol>
    )}
  </section>
);

const matchText = (count: number): string => {
  if (count === 0) return 'No line matches';
  return count === 1 ? '1 line matches' : `${count} lines match`;
};

const rangeText = (from: number, to: number, last: number): string =>
  last === 0
    ? 'no lines'
    : `lines ${from.toLocaleString('en')} to ${to.toLocaleString('en')} of ${last.toLocaleString('en')}`;
