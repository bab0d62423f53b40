import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { pushes } from '../../../projections/index.js';
import { streamId, streamKind } from '../../events/index.js';
import type { EventRow } from '../../store/index.js';
import { runAddress } from '../addresses.js';
import { NotFoundError } from '../errors.js';
import { eventModel, phrasesOf, presentEvent } from '../events/event-model.js';
import { definePage, type Page, type PageContext } from '../page.js';
import { EventList, RawEvent, Sentence } from '../parts/event-list.js';
import { absoluteTime } from '../parts/time.js';
import { findRun } from '../queries/find-run.js';
import { causesOf, effectsOf, findEvent } from '../queries/list-events.js';

const schema = z.strictObject({
  event: eventModel,
  /** What led to it, nearest first. */
  causes: z.array(eventModel),
  /** What it led to. */
  effects: z.array(eventModel),
});

/** One event: in words, as it is stored, what led to it and what it led to. */
export const eventPage: Page = definePage<z.infer<typeof schema>>({
  path: '/events/:seq',
  summary: 'One event with what led to it and what it led to.',
  schema,
  load(visit) {
    const { read } = visit.options.store;
    const event = findVisibleEvent(visit);
    const visible = (rows: EventRow[]) => rows.filter((row) => maySee(visit, row)).map(presentEvent);
    return {
      event: presentEvent(event),
      causes: visible(causesOf(read, event)),
      effects: visible(effectsOf(read, event)),
    };
  },
  view({ event, causes, effects }) {
    const run = streamKind(event.stream) === 'run' ? streamId(event.stream) : null;
    return {
      title: `Event ${event.seq}`,
      section: 'timeline',
      regions: [
        {
          id: 'event',
          content: (
            <header class="page-header">
              <p class="eyebrow">
                <a href="/events">Timeline</a> <span aria-hidden="true">/</span> event {event.seq}
              </p>
              <h1>
                <Sentence phrases={phrasesOf(event)} run={run} />.
              </h1>
              <p class="status-line">
                {absoluteTime(event.occurredAtMs)}, by {event.actor}, <code>{event.type}</code>
                {run !== null && (
                  <>
                    , <a href={`${runAddress(run)}?at=${event.seq}`}>the run at this moment</a>
                  </>
                )}
              </p>
            </header>
          ),
        },
        {
          id: 'causes',
          content: (
            <section aria-labelledby="causes-title">
              <h2 id="causes-title">Because of</h2>
              {causes.length === 0 ? (
                <p class="empty">Nothing before it: this is where it began.</p>
              ) : (
                <EventList events={causes} newestFirst />
              )}
            </section>
          ),
        },
        {
          id: 'effects',
          content: (
            <section aria-labelledby="effects-title">
              <h2 id="effects-title">Led to</h2>
              {effects.length === 0 ? (
                <p class="empty">Nothing yet.</p>
              ) : (
                <EventList events={effects} newestFirst={false} />
              )}
            </section>
          ),
        },
        {
          id: 'stored',
          content: (
            <section aria-labelledby="stored-title">
              <h2 id="stored-title">As stored</h2>
              <RawEvent event={event} />
            </section>
          ),
        },
      ],
    };
  },
});

/** The event that the address names. Throws NotFoundError, the same for hidden and for absent. */
export const findVisibleEvent = (visit: PageContext): EventRow => {
  const seq = visit.params.seq!;
  const event = /^\d{1,15}$/.test(seq) ? findEvent(visit.options.store.read, Number(seq)) : undefined;
  if (event === undefined || !maySee(visit, event)) throw new NotFoundError(`There is no event ${seq}.`);
  return event;
};

const maySee = ({ access, options }: PageContext, { stream }: EventRow): boolean => {
  if (access.all) return true;
  const id = streamId(stream);
  if (streamKind(stream) === 'repo') return access.repository(id);
  if (streamKind(stream) === 'push') {
    const push = options.store.read.select().from(pushes).where(eq(pushes.id, id)).get();
    return push !== undefined && access.runs(push.repo);
  }
  try {
    findRun(options.store.read, access, id);
    return true;
  } catch {
    return false;
  }
};
