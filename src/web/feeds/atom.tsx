import express, { type Request, type Router } from 'express';
import { runAddress, withQuery } from '../addresses.js';
import type { WebOptions } from '../options.js';
import type { Visit } from '../page.js';
import { shortRef } from '../parts/names.js';
import { findRepo } from '../queries/find-repo.js';
import { listRuns } from '../queries/list-runs.js';
import type { RunRow } from '../../../projections/index.js';
import { sendText } from '../send.js';

/** The newest runs as an Atom feed, of all repositories or of one. */
export const atomFeeds = (options: WebOptions, visitOf: (request: Request) => Promise<Visit>): Router => {
  const router = express.Router({ caseSensitive: true, strict: true });
  const { read } = options.store;
  router.get('/runs.atom', async (request, response) => {
    const visit = await visitOf(request);
    const { runs } = listRuns(read, visit.access, {});
    await sendText(
      request,
      response,
      'application/atom+xml; charset=utf-8',
      atomFeed(options.url, visit.address, 'Runs', runs),
    );
  });
  router.get('/repos{/:group}/:name/-/runs.atom', async (request, response) => {
    const visit = await visitOf(request);
    const repo = visit.params.repo!;
    findRepo(read, visit.access, repo);
    const { runs } = listRuns(read, visit.access, { repo });
    await sendText(
      request,
      response,
      'application/atom+xml; charset=utf-8',
      atomFeed(options.url, visit.address, repo, runs),
    );
  });
  return router;
};

const atomFeed = (url: string, address: string, title: string, runs: readonly RunRow[]): string => {
  const updatedAtMs = Math.max(0, ...runs.map(changedAtMs));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>${xml(title)} · quire</title>
<id>${xml(withQuery(url + address.split('?')[0], {}))}</id>
<link rel="self" href="${xml(url + address)}"/>
<updated>${new Date(updatedAtMs).toISOString()}</updated>
${runs.map((run) => entry(url, run)).join('')}</feed>
`;
};

const entry = (url: string, run: RunRow): string => `<entry>
<title>${xml(`${run.state}: ${run.subject || `run ${run.id}`}`)}</title>
<id>${xml(url + runAddress(run.id))}</id>
<link href="${xml(url + runAddress(run.id))}"/>
<published>${new Date(run.queuedAtMs).toISOString()}</published>
<updated>${new Date(changedAtMs(run)).toISOString()}</updated>
<author><name>${xml(run.author ?? run.pusher)}</name></author>
<category term="${run.state}"/>
<summary>${xml(`${run.repo} ${shortRef(run.ref)} at ${run.sha.slice(0, 8)}${run.message === null ? '' : `: ${run.message}`}`)}</summary>
</entry>
`;

const changedAtMs = (run: RunRow): number => run.finishedAtMs ?? run.startedAtMs ?? run.queuedAtMs;

/** Text for XML 1.0: characters it does not have at all are replaced. */
const xml = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
