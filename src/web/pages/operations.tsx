import { z } from 'zod';
import { runAddress } from '../addresses.js';
import type { FolderMeter, MeterReading } from '../disk/folder-meter.js';
import { NotFoundError } from '../errors.js';
import { followLists } from '../live/follow.js';
import { presentRun, runModel } from '../models.js';
import { definePage, type Page } from '../page.js';
import { RefName, RepoName } from '../parts/names.js';
import { bytesText, durationText, Time } from '../parts/time.js';
import { HistoryChecks, ReadModels } from '../parts/trust.js';
import { countRuns, diskUse, waitingRuns } from '../queries/operations.js';
import { presentTrust, trustModel, trustPulse } from '../trust/trust-model.js';

const schema = z.strictObject({
  version: z.string(),
  node: z.string(),
  uptimeMs: z.number(),
  head: z.strictObject({ seq: z.int(), hash: z.string(), recordedAtMs: z.int() }),
  runs: z.strictObject({ active: z.int(), queued: z.int(), preparing: z.int() }),
  waiting: z.array(z.strictObject({ run: runModel, reason: z.string(), waitsFor: z.string().nullable() })),
  disk: z.strictObject({
    databaseBytes: z.int(),
    walBytes: z.int(),
    freeBytes: z.number(),
    /** What folders of the data root took when they were last measured, at most every five minutes; null before that. */
    folders: z
      .strictObject({
        /** Logs, and the workspaces of runs under way. */
        runsBytes: z.int(),
        blobsBytes: z.int(),
        reposBytes: z.int(),
        atMs: z.int(),
      })
      .nullable(),
    /** Why they could not be measured. */
    foldersProblem: z.string().nullable(),
    spooledPushes: z.int(),
    rejectedPushes: z.int(),
  }),
  memoryBytes: z.int(),
  /** Read models and the last comparisons; null for a server that keeps no account of them. */
  trust: trustModel.nullable(),
  /** What the server adds of its own parts. */
  health: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

type Model = z.infer<typeof schema>;

/** The server itself: queue and why each run waits, read models, chain, disk, spool, version. */
export const operationsPage = (meter: FolderMeter): Page =>
  definePage<Model>({
    path: '/operations',
    summary:
      'The queue and why each run waits, read models and their rebuilds, the chain of events, disk, spool, version.',
    schema,
    follows: followLists,
    load({ options, access }) {
      if (!access.all) throw new NotFoundError('There is no page /operations.');
      const { read } = options.store;
      return {
        version: options.version,
        node: process.version,
        uptimeMs: Math.round(process.uptime() * 1000),
        head: options.store.head(),
        runs: countRuns(read),
        waiting: waitingRuns(read).map(({ run, ...why }) => ({ run: presentRun(run), ...why })),
        disk: { ...diskUse(options.root), ...foldersOf(meter.ask()) },
        memoryBytes: process.memoryUsage.rss(),
        trust: options.trust === undefined ? null : presentTrust(options.trust),
        health: { ...options.health?.() },
      };
    },
    pulse: ({ options }) =>
      JSON.stringify([
        options.trust === undefined ? '' : trustPulse(options.trust),
        meter.last().folders?.atMs,
        meter.last().problem,
      ]),
    view(model, { nowMs }) {
      const { runs, head, disk, waiting, trust } = model;
      return {
        title: 'Operations',
        section: 'operations',
        hasButtons: true,
        regions: [
          {
            id: 'operations-header',
            content: (
              <header class="page-header">
                <h1>Operations</h1>
                <p class="lead">
                  quire {model.version} on Node {model.node}, up for {durationText(model.uptimeMs)}.{' '}
                  {runs.active} under way, {runs.preparing} being prepared, {runs.queued} waiting.
                </p>
              </header>
            ),
          },
          {
            id: 'operations-queue',
            content: (
              <section aria-labelledby="queue-title">
                <h2 id="queue-title">Queue</h2>
                {waiting.length === 0 ? (
                  <p class="empty">Nothing waits.</p>
                ) : (
                  <ol class="waiting">
                    {waiting.map(({ run, reason, waitsFor }) => (
                      <li key={run.id}>
                        <a href={runAddress(run.id)}>
                          <bdi>{run.subject || `run ${run.id}`}</bdi>
                        </a>{' '}
                        <span class="quiet">
                          <RepoName repo={run.repo} /> <RefName repo={run.repo} name={run.ref} />, queued{' '}
                          <Time atMs={run.queuedAtMs} nowMs={nowMs} />: {reason}
                          {waitsFor !== null && (
                            <>
                              {' '}
                              (<a href={runAddress(waitsFor)}>run {waitsFor}</a>)
                            </>
                          )}
                        </span>
                      </li>
                    ))}
                  </ol>
                )}
              </section>
            ),
          },
          {
            id: 'operations-trust',
            content: trust !== null && <HistoryChecks trust={trust} nowMs={nowMs} />,
          },
          {
            id: 'operations-projections',
            content: trust !== null && <ReadModels trust={trust} nowMs={nowMs} />,
          },
          {
            id: 'operations-facts',
            content: (
              <section aria-labelledby="facts-title">
                <h2 id="facts-title">State</h2>
                <dl class="ledger">
                  <Entry name="Last event">
                    <a href={`/events/${head.seq}`}>{head.seq.toLocaleString('en')}</a>
                    {head.recordedAtMs > 0 && (
                      <>
                        , <Time atMs={head.recordedAtMs} nowMs={nowMs} />
                      </>
                    )}
                  </Entry>
                  <Entry name="Chain head">
                    <code>{head.hash}</code>
                  </Entry>
                  <Entry name="Database">
                    {bytesText(disk.databaseBytes)}, and {bytesText(disk.walBytes)} in its journal
                  </Entry>
                  <Entry name="Folders">
                    <Folders disk={disk} nowMs={nowMs} />
                  </Entry>
                  <Entry name="Free disk">{bytesText(disk.freeBytes)}</Entry>
                  <Entry name="Spool">
                    {disk.spooledPushes} waiting, {disk.rejectedPushes} rejected
                  </Entry>
                  <Entry name="Memory">{bytesText(model.memoryBytes)}</Entry>
                  {Object.entries(model.health).map(([name, value]) => (
                    <Entry key={name} name={name}>
                      {String(value)}
                    </Entry>
                  ))}
                </dl>
                <p class="more">
                  <a href="/metrics">metrics</a> · <a href="/openapi.json">OpenAPI</a> ·{' '}
                  <a href="/health">health</a>
                </p>
              </section>
            ),
          },
        ],
      };
    },
  });

const Entry = ({ name, children }: { name: string; children: preact.ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const foldersOf = ({ folders, problem }: MeterReading) => ({ folders, foldersProblem: problem });

const Folders = ({ disk: { folders, foldersProblem }, nowMs }: { disk: Model['disk']; nowMs: number }) => (
  <>
    {folders === null ? (
      foldersProblem === null && <span class="quiet">being measured</span>
    ) : (
      <>
        {bytesText(folders.runsBytes)} of logs and workspaces, {bytesText(folders.blobsBytes)} of blobs,{' '}
        {bytesText(folders.reposBytes)} of repositories
        <span class="quiet">
          , measured <Time atMs={folders.atMs} nowMs={nowMs} />
        </span>
      </>
    )}
    {foldersProblem !== null && <p class="verdict failure">could not be measured: {foldersProblem}</p>}
  </>
);
