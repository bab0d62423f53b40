import { runAddress, withQuery } from '../addresses.js';
import { type EventModel, phrasesOf } from '../events/event-model.js';
import { Sentence } from './event-list.js';
import { absoluteTime, durationText } from './time.js';

export interface Moment {
  /** The run's last event at this moment. */
  readonly event: EventModel;
  /** True for the present. */
  readonly isNow: boolean;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly previousSeq: number | null;
  readonly nextSeq: number | null;
}

/**
 * The way through a run's time: a slider over its events, one step back and forth, and what happened at this
 * moment. The slider swaps the page as it moves; without JavaScript its button does.
 */
export const MomentBar = ({
  runId,
  moment,
  queuedAtMs,
}: {
  runId: string;
  moment: Moment;
  queuedAtMs: number;
}) => {
  const address = runAddress(runId);
  const { event, isNow, firstSeq, lastSeq, previousSeq, nextSeq } = moment;
  const at = (seq: number) => withQuery(address, { at: seq });
  return (
    <section class="moment" aria-label="Moment">
      <form method="get" action={address}>
        <label class="visually-hidden" for="moment-slider">
          Event of the run, {firstSeq} to {lastSeq}
        </label>
        <input
          id="moment-slider"
          type="range"
          name="at"
          min={firstSeq}
          max={lastSeq}
          value={event.seq}
          aria-valuetext={`event ${event.seq}`}
          {...{
            'hx-get': address,
            'hx-trigger': 'input changed delay:60ms',
            'hx-target': '#main',
            'hx-select': '#main',
            'hx-swap': 'outerMorph',
            // The last moment counts: without this, those asked for while one is on its way are dropped.
            'hx-sync': 'replace',
          }}
        />
        <noscript>
          <button type="submit">Go there</button>
        </noscript>
      </form>
      <p class="moment-steps">
        {previousSeq === null ? (
          <span class="quiet">first</span>
        ) : (
          <a href={at(previousSeq)} rel="prev" data-key="[" title="One event back: [">
            ← before
          </a>
        )}{' '}
        {nextSeq === null ? null : (
          <a
            href={nextSeq === lastSeq ? address : at(nextSeq)}
            rel="next"
            data-key="]"
            title="One event on: ]"
          >
            after →
          </a>
        )}{' '}
        {isNow && <a href={withQuery('/compare', { left: runId })}>compare</a>}
        {!isNow && (
          <>
            <a href={address}>now</a>{' '}
            <a href={withQuery('/compare', { left: `${runId}@${event.seq}`, right: runId })}>
              compare with now
            </a>
          </>
        )}
      </p>
      <p class="moment-what">
        <a href={`/events/${event.seq}`}>Event {event.seq}</a>,{' '}
        <time dateTime={new Date(event.occurredAtMs).toISOString()} title={absoluteTime(event.occurredAtMs)}>
          {durationText(Math.max(0, event.occurredAtMs - queuedAtMs))}
        </time>{' '}
        in: <Sentence phrases={phrasesOf(event)} run={runId} />.
      </p>
    </section>
  );
};
