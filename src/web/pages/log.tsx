import { z } from 'zod';
import { jobAddress, runAddress, shAddress, withQuery } from '../addresses.js';
import { BadRequestError } from '../errors.js';
import { followRun } from '../live/follow.js';
import { logPath } from '../log/log-file.js';
import { logLine } from '../log/line.js';
import type { LogStore } from '../log/log-store.js';
import { presentRun, presentSh, runModel, type ShModel, shModel } from '../models.js';
import { definePage, type Page, type Visit } from '../page.js';
import { exitText } from '../parts/job-list.js';
import { LogLines } from '../parts/log-lines.js';
import { commandText, RefName, RepoName } from '../parts/names.js';
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
});

type Model = z.infer<typeof schema>;

export const linesPerPage = 500;

/** The log of one command in pages of lines, the last page first. */
export const logPage = (logs: LogStore): Page =>
  definePage<Model>({
    path: '/runs/:run/jobs/:job/sh/:n',
    summary: 'Lines of the log of one command; the last ones without `from`.',
    query: {
      from: 'The number of the first line, from 1.',
      count: `How many lines, at most ${linesPerPage}.`,
    },
    schema,
    follows: ({ params }) => followRun(params.run!),
    async load({ options: { store, root }, access, params, query }) {
      const run = findRun(store.read, access, params.run!);
      const command = findCommand(store.read, run.id, params.job!, shNumber(params.n!));
      const path = logPath(root, run.id, command.jobId, command.n);
      const { lines: lineCount } = await logs.size(path);
      const count = Math.min(numberOf(query, 'count') ?? linesPerPage, linesPerPage);
      const from = numberOf(query, 'from') ?? Math.max(1, lineCount - count + 1);
      return {
        run: presentRun(run),
        command: presentSh(command),
        lineCount,
        from,
        lines: await logs.lines(path, from, count),
      };
    },
    async pulse({ options: { root }, params }) {
      return JSON.stringify(await logs.size(logPath(root, params.run!, params.job!, shNumber(params.n!))));
    },
    view: viewOf,
  });

export const shNumber = (text: string): number => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new BadRequestError(`expected the number of a command, from 1, found ${JSON.stringify(text)}`);
};

const numberOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^[1-9]\d{0,12}$/.test(text)) return Number(text);
  throw new BadRequestError(`expected ${name} to be a number from 1, found ${JSON.stringify(text)}`);
};

const viewOf = ({ run, command, lineCount, from, lines }: Model, { nowMs }: Visit) => {
  const address = shAddress(run.id, command.jobId, command.n);
  const to = from + lines.length - 1;
  return {
    title: `${commandText(command.cmd)} · ${command.jobId}`,
    state: run.state,
    announcement: `The command is ${exitText(command)}.`,
    section: 'runs' as const,
    regions: [
      {
        id: 'log-header',
        content: (
          <header class="run-header">
            <p class="eyebrow">
              <RepoName repo={run.repo} /> <span aria-hidden="true">/</span>{' '}
              <RefName repo={run.repo} name={run.ref} /> <span aria-hidden="true">/</span>{' '}
              <a href={runAddress(run.id)}>
                <bdi>{run.subject || `run ${run.id}`}</bdi>
              </a>{' '}
              <span aria-hidden="true">/</span>{' '}
              <a href={jobAddress(run.id, command.jobId)}>
                <bdi>{command.jobId}</bdi>
              </a>
            </p>
            <h1 class="command-title">
              <code>
                <bdi>{commandText(command.cmd)}</bdi>
              </code>
            </h1>
            <p class="status-line">
              <State state={shownShState(command)} bare /> {exitText(command)},{' '}
              <Duration fromMs={command.startedAtMs} toMs={command.finishedAtMs} nowMs={nowMs} />
            </p>
          </header>
        ),
      },
      {
        id: 'log',
        content: (
          <section aria-label="Log">
            <p class="log-tools">
              <span>{rangeText(from, to, lineCount)}</span>{' '}
              <LogPages address={address} from={from} to={to} last={lineCount} />
              <span class="downloads">
                <a href={`${address}/raw`}>raw</a> <a href={`${address}/raw?form=cri`}>with times</a>
              </span>
            </p>
            {lines.length === 0 ? (
              <p class="empty">{emptyText(command)}</p>
            ) : (
              <LogLines lines={lines} address={address} />
            )}
            {command.logTruncated && (
              <p class="verdict">
                The log reached its size limit and was cut here. The command wrote{' '}
                {bytesText((command.stdoutBytes ?? 0) + (command.stderrBytes ?? 0))} in all.
              </p>
            )}
          </section>
        ),
      },
    ],
  };
};

const rangeText = (from: number, to: number, last: number): string =>
  last === 0
    ? 'no lines'
    : `lines ${from.toLocaleString('en')} to ${to.toLocaleString('en')} of ${last.toLocaleString('en')}`;

const LogPages = ({
  address,
  from,
  to,
  last,
}: {
  address: string;
  from: number;
  to: number;
  last: number;
}) => (
  <span class="pages">
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
);

const emptyText = (command: ShModel): string =>
  command.state === 'active' ? 'The command has written nothing yet.' : 'The command wrote nothing.';
