import { z } from 'zod';
import { runAddress, withQuery } from '../addresses.js';
import { eventModel, presentEvent } from '../events/event-model.js';
import { followRun } from '../live/follow.js';
import { presentRun, runModel } from '../models.js';
import { definePage, type Page } from '../page.js';
import { EventList } from '../parts/event-list.js';
import { EventTypes } from '../parts/event-types.js';
import { RunTrail } from '../parts/run-trail.js';
import { findRun } from '../queries/find-run.js';
import { listRunEvents } from '../queries/list-events.js';
import { eventFilterOf, numberOf } from './timeline.js';

const schema = z.strictObject({
  run: runModel,
  push: z.array(eventModel),
  /** The run's own events in their order. */
  events: z.array(eventModel),
  /** Ask with `?after=` for the next ones: the place within the run, from 1. */
  nextAfter: z.int().nullable(),
});

const perPage = 300;

/** Everything that happened in one run, from its push on. */
export const runTimelinePage: Page = definePage<z.infer<typeof schema>>({
  path: '/runs/:run/events',
  summary: 'The events of one run in their order, after those of its push.',
  query: {
    type: 'Only this event type, or all types before this dot: run.failed, or job.',
    actor: 'Only events of this actor.',
    after: 'Only events behind this place within the run.',
  },
  schema,
  follows: ({ params }) => followRun(params.run!),
  load({ options: { store }, access, params, query }) {
    const run = findRun(store.read, access, params.run!);
    const after = numberOf(query, 'after') ?? 0;
    const { type, actor } = eventFilterOf(query);
    const filter = { ...(type !== undefined && { type }), ...(actor !== undefined && { actor }) };
    const events = listRunEvents(store.read, run.id, after, perPage + 1, filter);
    const isFiltered = type !== undefined || actor !== undefined;
    const push =
      after > 0 || isFiltered ? [] : store.readEvents({ streams: [`push/${run.pushId}`], limit: 50 });
    return {
      run: presentRun(run),
      push: push.map(presentEvent),
      events: events.slice(0, perPage).map(presentEvent),
      nextAfter: events.length > perPage ? events[perPage - 1]!.streamVersion : null,
    };
  },
  view({ run, push, events, nextAfter }, { query }) {
    const address = `${runAddress(run.id)}/events`;
    const filters = { type: query.get('type') ?? undefined, actor: query.get('actor') ?? undefined };
    return {
      title: `Timeline of ${run.subject || `run ${run.id}`}`,
      state: run.state,
      section: 'runs',
      regions: [
        {
          id: 'timeline-header',
          still: true,
          content: (
            <header class="run-header">
              <RunTrail run={run} within />
              <h1>Timeline</h1>
              <p class="status-line quiet">
                A number leads to the run as it was at that moment. <a href={`${address}.ndjson`}>Export</a>
              </p>
              <RunTimelineFilters address={address} query={query} />
            </header>
          ),
        },
        {
          id: 'timeline',
          content: (
            <section aria-label="Events">
              {push.length + events.length === 0 ? (
                <p class="empty">Nothing here matches.</p>
              ) : (
                <EventList events={[...push, ...events]} newestFirst={false} travelIn={run.id} />
              )}
              <nav class="paging" aria-label="Pages">
                {query.has('after') && <a href={withQuery(address, filters)}>← From the start</a>}
                {nextAfter !== null && (
                  <a href={withQuery(address, { ...filters, after: nextAfter })} rel="next">
                    Later →
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

const RunTimelineFilters = ({ address, query }: { address: string; query: URLSearchParams }) => (
  <search>
    <form class="filters" method="get" action={address}>
      <EventTypes value={query.get('type') ?? ''} />
      <label>
        <span>Who</span>
        <input name="actor" value={query.get('actor') ?? ''} placeholder="ci" autoComplete="off" />
      </label>
      <button type="submit">Filter</button>
      {query.size > 0 && <a href={address}>clear</a>}
    </form>
  </search>
);
