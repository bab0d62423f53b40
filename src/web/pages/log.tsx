import { z } from 'zod';
import { shAddress } from '../addresses.js';
import { BadRequestError } from '../errors.js';
import { followRun } from '../live/follow.js';
import { linesPerPage, logLine } from '../log/line.js';
import { logPath } from '../log/log-file.js';
import type { LogStore } from '../log/log-store.js';
import { markRedacted } from '../log/redacted-lines.js';
import type { LogSearcher } from '../log/search.js';
import { presentRun, presentSh, runModel, type ShModel, shModel } from '../models.js';
import { definePage, type Page, type PageContext } from '../page.js';
import { exitText } from '../parts/job-list.js';
import { LogLines } from '../parts/log-lines.js';
import { LogMatches, LogTools } from '../parts/log-tools.js';
import { commandText } from '../parts/names.js';
import { RunTrail } from '../parts/run-trail.js';
import { State, shownShState } from '../parts/state.js';
import { bytesText, Duration } from '../parts/time.js';
import { findCommand, findRun } from '../queries/find-run.js';

const schema = z.strictObject({
  run: runModel,
  command: shModel,
  lineCount: z.int(),
  /** The number of the first line that follows. */
  from: z.int(),
  lines: z.array(logLine),
  search: z
    .strictObject({
      pattern: z.string(),
      matches: z.array(z.strictObject({ number: z.int(), text: z.string() })).readonly(),
      searchedTo: z.int(),
      ended: z.enum(['end', 'enough', 'time']),
    })
    .nullable(),
});

type Model = z.infer<typeof schema>;

/** The log of one command in pages of lines, the last page first. */
export const logPage = (logs: LogStore, searcher: LogSearcher): Page =>
  definePage<Model>({
    path: '/runs/:run/jobs/:job/sh/:n',
    summary: 'Lines of the log of one command; the last ones without `from`.',
    query: {
      from: 'The number of the first line, from 1.',
      count: `How many lines, at most ${linesPerPage}.`,
      q: 'A regular expression to search for; without an upper-case letter it finds both cases.',
      qfrom: 'The number of the first line to search.',
    },
    schema,
    follows: ({ params }) => followRun(params.run!),
    async load({ options: { store, root }, access, params, query }) {
      const run = findRun(store.read, access, params.run!);
      const command = findCommand(store.read, run.id, params.job!, shNumber(params.n!));
      const path = logPath(root, run.id, command.jobId, command.n);
      const count = Math.min(lineNumberOf(query, 'count') ?? linesPerPage, linesPerPage);
      const part = await logs.part(path, { from: lineNumberOf(query, 'from'), count });
      const pattern = query.get('q') ?? '';
      const fromLine = lineNumberOf(query, 'qfrom') ?? 1;
      return {
        run: presentRun(run),
        command: presentSh(command),
        ...part,
        lines: markRedacted(store, { runId: run.id, jobId: command.jobId, n: command.n }, part.lines),
        search: pattern === '' ? null : { pattern, ...(await searcher.search(path, pattern, { fromLine })) },
      };
    },
    async pulse({ options: { root }, params }) {
      return JSON.stringify(await logs.size(logPath(root, params.run!, params.job!, shNumber(params.n!))));
    },
    view: viewOf,
  });

/** The number of a command in an address. Throws BadRequestError. */
export const shNumber = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new BadRequestError(`expected the number of a command, from 1, found ${JSON.stringify(text)}`);
};

/** The number of a line in a query; undefined where there is none. Throws BadRequestError. */
export const lineNumberOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^[1-9]\d{0,12}$/.test(text)) return Number(text);
  throw new BadRequestError(`expected ${name} to be a number from 1, found ${JSON.stringify(text)}`);
};

const viewOf = ({ run, command, lineCount, from, lines, search }: Model, { nowMs, query }: PageContext) => {
  const address = shAddress(run.id, command.jobId, command.n);
  const to = from + lines.length - 1;
  return {
    title: `${commandText(command.cmd)} · ${command.jobId}`,
    state: run.state,
    announcement:
      command.state === 'active' ? 'The command is running.' : `The command has ended: ${exitText(command)}.`,
    section: 'runs' as const,
    scripts: ['log-viewer.js'],
    regions: [
      {
        id: 'log-header',
        content: (
          <header class="run-header">
            <RunTrail run={run} within jobId={command.jobId} />
            <h1 class="command-title">
              <code>
                <bdi>{commandText(command.cmd)}</bdi>
              </code>
            </h1>
            <p class="status-line">
              <State state={shownShState(command)} bare /> {exitText(command)},{' '}
              <Duration fromMs={command.startedAtMs} toMs={command.finishedAtMs} nowMs={nowMs} />
              <span
                id="log-count"
                class="quiet"
                data-lines={lineCount}
                data-open={command.state === 'active' ? '' : undefined}
              >
                , {lineCount.toLocaleString('en')} {lineCount === 1 ? 'line' : 'lines'}
              </span>
            </p>
          </header>
        ),
      },
      {
        id: 'log-tools',
        still: true,
        content: (
          <>
            <LogTools address={address} from={from} to={to} last={lineCount} pattern={query.get('q') ?? ''} />
            {search !== null && <LogMatches search={search} address={address} last={lineCount} />}
          </>
        ),
      },
      {
        id: 'log',
        still: true,
        content: (
          <quire-log data-address={address}>
            {lines.length === 0 && <p class="empty">{emptyText(command)}</p>}
            <LogLines lines={lines} address="" startedAtMs={command.startedAtMs} />
          </quire-log>
        ),
      },
      {
        id: 'log-end',
        content: command.logTruncated && (
          <p class="verdict">
            The log reached its size limit and was cut here. The command wrote{' '}
            {bytesText((command.stdoutBytes ?? 0) + (command.stderrBytes ?? 0))} in all.
          </p>
        ),
      },
    ],
  };
};

const emptyText = (command: ShModel): string =>
  command.state === 'active' ? 'The command has written nothing yet.' : 'The command wrote nothing.';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      /** The log viewer of client/log-viewer.ts; without it, what is inside is shown. */
      'quire-log': JSX.HTMLAttributes<HTMLElement> & { readonly 'data-address': string };
    }
  }
}
