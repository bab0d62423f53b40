import { describe, expect, it } from 'vitest';
import type { Visit } from '../../src/web/page.js';
import { timelinePage } from '../../src/web/pages/timeline.js';
import { eventsPerPage, listEvents } from '../../src/web/queries/list-events.js';
import type { EventFilter } from '../../src/web/queries/search-events.js';
import { renderRegions } from '../../src/web/render-page.js';
import { startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

/** Two repositories: the events of `rare` stand at the two ends of the long log of `busy`. */
const play = async () => {
  const web = await startWeb();
  const { history } = web;
  await history.createRepo('rare');
  const early = await history.push('rare');
  await history.createRepo('busy');
  const run = await history.push('busy');
  await history.start(run);
  await history.ci(run, registration([registeredJob('one', ['quire/push'], 1)]));
  await startJob(history, run, 'one');
  for (let part = 0; part < 4; part += 1) {
    const lines = Array.from({ length: 400 }, (_, i) => `line ${400 * part + i}`);
    await history.ci(
      run,
      ...lines.map((message) => ['job.logged', { jobId: 'one', message }] as ['job.logged', never]),
    );
  }
  const late = await history.push('rare');
  return { web, streams: [`run/${early}`, `run/${late}`] };
};

describe('a search through the events of the server', () => {
  it('finds every match once in either direction, however soon it must stop', async () => {
    const { web, streams } = await play();
    const { store } = web;
    const { seq: head } = store.head();
    const all = store.readEvents({ limit: 10_000 });
    const pushes = new Set(
      all
        .filter(({ type, data }) => type === 'push.received' && (data as { repo: string }).repo === 'rare')
        .map((e) => e.stream),
    );
    const ofRare = (stream: string) =>
      stream === 'repo/rare' || streams.includes(stream) || pushes.has(stream as never);
    const cases: [EventFilter, (event: (typeof all)[number]) => boolean][] = [
      [{ repo: 'rare' }, ({ stream }) => ofRare(stream)],
      [{ repo: 'busy' }, ({ stream }) => !ofRare(stream)],
      [{ type: 'job.logged' }, ({ type }) => type === 'job.logged'],
      [{ type: 'push.received' }, ({ type }) => type === 'push.received'],
      [{ actor: 'nobody' }, () => false],
    ];
    for (const [filter, matches] of cases) {
      const expected = all.filter(matches).map(({ seq }) => seq);
      for (const mayGoOn of [() => false, () => true, everyOther()]) {
        const backwards: number[] = [];
        let before: number | undefined;
        do {
          const page = listEvents(store.read, filter, { before }, head, mayGoOn);
          expect(page.events.length).toBeLessThanOrEqual(eventsPerPage);
          backwards.push(...page.events.map(({ seq }) => seq));
          expect(page.older ?? 0).toBeLessThan(before ?? head + 1);
          before = page.older;
        } while (before !== undefined);
        expect(backwards, JSON.stringify(filter)).toEqual(expected.toReversed());
        const forwards: number[] = [];
        let after: number | undefined = 0;
        while (after !== undefined) {
          const page = listEvents(store.read, filter, { after }, head, mayGoOn);
          forwards.push(...page.events.map(({ seq }) => seq).toReversed());
          after = page.newer;
        }
        expect(forwards, JSON.stringify(filter)).toEqual(expected);
      }
    }
  });

  it('stops when it is told to, says how far it has come, and goes on there', async () => {
    const { web } = await play();
    const { read } = web.store;
    const { seq: head } = web.store.head();
    const first = listEvents(read, { actor: 'nobody' }, {}, head, () => false);
    expect(first).toEqual({ events: [], older: head - 499, lookedBackTo: head - 499 });
    const next = listEvents(read, { actor: 'nobody' }, { before: first.older }, head, () => false);
    expect(next).toMatchObject({ events: [], older: head - 999, newer: head - 500 });
    const asked: number[] = [];
    const all = listEvents(read, { actor: 'nobody' }, {}, head, () => asked.push(1) > 0);
    expect(all).toEqual({ events: [], lookedBackTo: 1 });
    expect(asked).toHaveLength(Math.ceil(head / 500) - 1);
  });

  it('is shown with the way on when it has not come to the end', () => {
    const model = { events: [], titles: {}, olderBefore: 1501, newerAfter: null, lookedBackTo: 1501 };
    const query = new URLSearchParams({ actor: 'nobody', before: '2001' });
    const html = renderRegions(timelinePage.view(model, { query } as Visit), String).get('timeline');
    expect(html).toContain('Nothing here matches.');
    expect(html).toContain('Looked back to event 1,501');
    expect(html).toContain('href="/events?actor=nobody&amp;before=1501"');
  });

  it('exports what matches at the two ends of history', async () => {
    const { web, streams } = await play();
    const lines = (await web.text('/events.ndjson?repo=rare&type=run.queued')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).stream)).toEqual(streams);
  });
});

const everyOther = () => {
  let turn = 0;
  return () => {
    turn += 1;
    return turn % 2 === 0;
  };
};
