import { inArray } from 'drizzle-orm';
import { z } from 'zod';
import { pushes, runs } from '../../../projections/index.js';
import { streamId, streamKind } from '../../events/index.js';
import type { StoreReader } from '../../store/index.js';
import { repoAddress, withQuery } from '../addresses.js';
import { BadRequestError, NotFoundError } from '../errors.js';
import { type EventModel, eventModel, presentEvent } from '../events/event-model.js';
import { followEverything } from '../live/follow.js';
import { definePage, type Page } from '../page.js';
import { EventList, runTitle, type StreamTitle } from '../parts/event-list.js';
import { EventTypes } from '../parts/event-types.js';
import { listEvents } from '../queries/list-events.js';
import type { EventFilter } from '../queries/search-events.js';

const schema = z.strictObject({
  /** Newest first. */
  events: z.array(eventModel),
  /** What the streams are about, by stream. */
  titles: z.record(z.string(), z.strictObject({ address: z.string().nullable(), text: z.string() })),
  olderBefore: z.int().nullable(),
  newerAfter: z.int().nullable(),
  /** How far back a filtered search has looked. */
  lookedBackTo: z.int().nullable(),
});

/** Everything that happened on the server, in order, with who and why. */
export const timelinePage: Page = definePage<z.infer<typeof schema>>({
  path: '/events',
  summary: 'Events of the whole server, newest first.',
  query: {
    type: 'Only this event type, or all types before this dot: run.failed, or job.',
    actor: 'Only events of this actor.',
    repo: 'Only events of this repository.',
    from: 'Only events recorded at or after this time, RFC 3339.',
    to: 'Only events recorded before this time, RFC 3339.',
    before: 'Only events before this number.',
    after: 'Only events after this number.',
  },
  schema,
  follows: followEverything,
  load({ options: { store }, access, query }) {
    if (!access.all) throw new NotFoundError('There is no page /events.');
    const place = { before: numberOf(query, 'before'), after: numberOf(query, 'after') };
    const page = listEvents(store.read, eventFilterOf(query), place, store.head().seq);
    const events = page.events.map(presentEvent);
    return {
      events,
      titles: titlesOf(store.read, events),
      olderBefore: page.older ?? null,
      newerAfter: page.newer ?? null,
      lookedBackTo: page.lookedBackTo ?? null,
    };
  },
  view(model, { query }) {
    const filters = Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? undefined]));
    return {
      title: 'Timeline',
      section: 'timeline',
      regions: [
        {
          id: 'timeline-header',
          still: true,
          content: (
            <header class="page-header">
              <h1>Timeline</h1>
              <TimelineFilters query={query} />
            </header>
          ),
        },
        {
          id: 'timeline',
          content: (
            <section aria-label="Events">
              {model.events.length === 0 ? (
                <p class="empty">Nothing here matches.</p>
              ) : (
                <EventList events={model.events} titles={model.titles} newestFirst />
              )}
              {model.lookedBackTo !== null && model.olderBefore !== null && (
                <p class="quiet">
                  Looked back to event {model.lookedBackTo.toLocaleString('en')}; earlier ones may match too.
                  A time leads to them sooner.
                </p>
              )}
              <nav class="paging" aria-label="Pages">
                {model.newerAfter !== null && (
                  <a href={withQuery('/events', { ...filters, after: model.newerAfter })} rel="prev">
                    ← Later
                  </a>
                )}
                {model.olderBefore !== null && (
                  <a href={withQuery('/events', { ...filters, before: model.olderBefore })} rel="next">
                    Earlier →
                  </a>
                )}
              </nav>
            </section>
          ),
        },
      ],
    };
  },
});

const filterNames = ['type', 'actor', 'repo', 'from', 'to'] as const;

/** The filter of a timeline's address. Throws BadRequestError. */
export const eventFilterOf = (query: URLSearchParams): EventFilter => {
  const fromMs = timeOf(query, 'from');
  const toMs = timeOf(query, 'to');
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const [type, actor, repo] = [text('type'), text('actor'), text('repo')];
  return {
    ...(type !== undefined && { type }),
    ...(actor !== undefined && { actor }),
    ...(repo !== undefined && { repo }),
    ...(fromMs !== undefined && { fromMs }),
    ...(toMs !== undefined && { toMs }),
  };
};

export const numberOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new BadRequestError(`expected ${name} to be the number of an event, found ${JSON.stringify(text)}`);
};

const timeOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const atMs = Date.parse(/T.*[zZ+-]/.test(text) || !text.includes('T') ? text : `${text}Z`);
  if (!Number.isNaN(atMs)) return atMs;
  throw new BadRequestError(
    `expected ${name} to be a time such as 2026-11-22T14:00:00Z, found ${JSON.stringify(text)}`,
  );
};

const titlesOf = (read: StoreReader['read'], events: readonly EventModel[]): Record<string, StreamTitle> => {
  const idsOf = (kind: string) => [
    ...new Set(
      events.filter(({ stream }) => streamKind(stream) === kind).map(({ stream }) => streamId(stream)),
    ),
  ];
  const titles: Record<string, StreamTitle> = {};
  for (const name of idsOf('repo')) titles[`repo/${name}`] = { address: repoAddress(name), text: name };
  const found = read
    .select({ id: runs.id, repo: runs.repo, ref: runs.ref, subject: runs.subject })
    .from(runs)
    .where(inArray(runs.id, idsOf('run')))
    .all();
  for (const run of found) titles[`run/${run.id}`] = runTitle(run);
  for (const push of read
    .select({ id: pushes.id, repo: pushes.repo, pusher: pushes.pusher })
    .from(pushes)
    .where(inArray(pushes.id, idsOf('push')))
    .all()) {
    titles[`push/${push.id}`] = {
      address: repoAddress(push.repo),
      text: `${push.repo} · push by ${push.pusher}`,
    };
  }
  return titles;
};

const TimelineFilters = ({ query }: { query: URLSearchParams }) => (
  <search>
    <form class="filters" method="get" action="/events">
      <EventTypes value={query.get('type') ?? ''} />
      <label>
        <span>Who</span>
        <input name="actor" value={query.get('actor') ?? ''} placeholder="operator:ann" autoComplete="off" />
      </label>
      <label>
        <span>Repository</span>
        <input name="repo" value={query.get('repo') ?? ''} autoComplete="off" />
      </label>
      <label>
        <span>From (UTC)</span>
        <input type="datetime-local" name="from" value={query.get('from') ?? ''} />
      </label>
      <label>
        <span>To (UTC)</span>
        <input type="datetime-local" name="to" value={query.get('to') ?? ''} />
      </label>
      <button type="submit">Filter</button>
      {query.size > 0 && <a href="/events">clear</a>}
      <a href={`/events.ndjson${query.size > 0 ? `?${query}` : ''}`}>export</a>
    </form>
  </search>
);
