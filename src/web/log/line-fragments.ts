import express, { type Request, type Router } from 'express';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';
import { lineNumberOf, shNumber } from '../pages/log.js';
import { findCommand, findRun } from '../queries/find-run.js';
import { sendText } from '../send.js';
import { linesPerPage } from './line.js';
import { linesHtml } from './line-html.js';
import { logPath } from './log-file.js';
import type { LogStore } from './log-store.js';
import { markRedacted } from './redacted-lines.js';

/** Lines as the viewer puts them in: `?from=` and `?count=` as on the page of the log. */
export const lineFragments = (
  options: WebOptions,
  logs: LogStore,
  visitOf: (request: Request) => Promise<Visit>,
): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.get('/runs/:run/jobs/:job/sh/:n/lines', async (request, response) => {
    const { access, params, query } = await visitOf(request);
    const run = findRun(options.store.read, access, params.run!);
    const { jobId, n, startedAtMs } = findCommand(
      options.store.read,
      run.id,
      params.job!,
      shNumber(params.n!),
    );
    const count = Math.min(lineNumberOf(query, 'count') ?? linesPerPage, linesPerPage);
    const path = logPath(options.root, run.id, jobId, n);
    const found = await logs.part(path, { from: lineNumberOf(query, 'from') ?? 1, count });
    const lines = markRedacted(options.store, { runId: run.id, jobId, n }, found.lines);
    const html = linesHtml(lines, { address: '', idPrefix: 'L', startedAtMs });
    await sendText(request, response, 'html', html);
  });
  return router;
};
