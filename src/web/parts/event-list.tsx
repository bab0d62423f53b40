import { runStream, streamId, streamKind } from '../../events/index.js';
import { jobAddress, repoAddress, runAddress, shAddress } from '../addresses.js';
import { type EventModel, phrasesOf } from '../events/event-model.js';
import type { Phrase } from '../events/sentence.js';
import { RefName, shortRef } from './names.js';
import { absoluteTime, clockTime, durationText } from './time.js';

/** What a group of events is about: the run or push they belong to. */
export interface StreamTitle {
  readonly address: string | null;
  readonly text: string;
}

interface EventListProps {
  readonly events: readonly EventModel[];
  /** The headings of streams, by stream; without it, or for a list of one run, there are none. */
  readonly titles?: Readonly<Record<string, StreamTitle>>;
  /** True when the list runs backwards in time. */
  readonly newestFirst: boolean;
  /** The run whose moments the numbers lead to. */
  readonly travelIn?: string;
  /** The event that stands out. */
  readonly current?: number;
}

/** Events as sentences: number, time, gap, actor, what happened, and what led to it. */
export const EventList = ({ events, titles = {}, newestFirst, travelIn, current }: EventListProps) => {
  const shown = new Set(events.map(({ seq }) => seq));
  return (
    <ol class="events">
      {events.map((event, index) => {
        const before = newestFirst ? events[index + 1] : events[index - 1];
        const above = events[index - 1];
        const title = titles[event.stream];
        const dayChanges = above === undefined || dayOf(above) !== dayOf(event);
        return (
          <>
            {dayChanges && (
              <li class="day" key={`day-${event.seq}`}>
                {dayOf(event)}
              </li>
            )}
            {title !== undefined && above?.stream !== event.stream && (
              <li class="stream" key={`stream-${event.seq}`}>
                {title.address === null ? title.text : <a href={title.address}>{title.text}</a>}
              </li>
            )}
            <li
              key={event.seq}
              id={`e${event.seq}`}
              class={`event about-${aboutOf(event.type)}${event.seq === current ? ' current' : ''}`}
            >
              <EventRow event={event} before={before} shown={shown} travelIn={travelIn} />
            </li>
          </>
        );
      })}
    </ol>
  );
};

const EventRow = ({
  event,
  before,
  shown,
  travelIn,
}: {
  event: EventModel;
  before: EventModel | undefined;
  shown: ReadonlySet<number>;
  travelIn: string | undefined;
}) => {
  const canTravel = travelIn !== undefined && event.stream === runStream(travelIn);
  return (
    <>
      <a
        class="seq"
        data-row
        href={!canTravel ? `/events/${event.seq}` : `${runAddress(travelIn)}?at=${event.seq}`}
        title={!canTravel ? 'This event' : 'The run at this moment'}
      >
        {event.seq}
      </a>
      <time dateTime={new Date(event.occurredAtMs).toISOString()} title={absoluteTime(event.occurredAtMs)}>
        {clockTime(event.occurredAtMs).slice(0, 8)}
      </time>
      <span class="gap">{before === undefined ? '' : gapText(event.occurredAtMs - before.occurredAtMs)}</span>
      <span class="sentence">
        <Sentence
          phrases={phrasesOf(event)}
          run={streamKind(event.stream) === 'run' ? streamId(event.stream) : null}
        />
        {event.causationSeq !== null && (
          <a
            class="cause"
            href={shown.has(event.causationSeq) ? `#e${event.causationSeq}` : `/events/${event.causationSeq}`}
            title={`because of event ${event.causationSeq}`}
          >
            {'\u00a0'}↰{event.causationSeq}
          </a>
        )}
      </span>
      <span class="actor">{event.actor}</span>
      <details
        class="raw"
        {...{
          'hx-get': `/events/${event.seq}/raw`,
          'hx-trigger': 'toggle once',
          'hx-target': 'find .raw-event',
        }}
      >
        <summary title="As it is stored">{event.type}</summary>
        <div class="raw-event">
          <a href={`/events/${event.seq}#stored`}>Event {event.seq} as it is stored</a>
        </div>
      </details>
    </>
  );
};

/** An event as it is stored. */
export const RawEvent = ({ event }: { event: EventModel }) => {
  const { sentence: _sentence, ...stored } = event;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which the keyboard must reach
    <pre class="source" tabIndex={0}>
      {JSON.stringify(stored, null, 2)}
    </pre>
  );
};

/** A sentence with links; `run` is the run that jobs and commands belong to. */
export const Sentence = ({ phrases, run }: { phrases: readonly Phrase[]; run: string | null }) => (
  <>{phrases.map((phrase) => phraseNode(phrase, run))}</>
);

const phraseNode = (phrase: Phrase, run: string | null) => {
  if (typeof phrase === 'string') return phrase;
  if ('code' in phrase) return <code>{phrase.code}</code>;
  if ('ref' in phrase) return <RefName repo={phrase.repo} name={phrase.ref} />;
  if ('repo' in phrase) {
    return (
      <a href={repoAddress(phrase.repo)}>
        <bdi>{phrase.repo}</bdi>
      </a>
    );
  }
  if ('run' in phrase) return <a href={runAddress(phrase.run)}>{phrase.text}</a>;
  if ('event' in phrase) return <a href={`/events/${phrase.event}`}>event {phrase.event}</a>;
  if ('command' in phrase) {
    const text = phrase.command.startsWith('Command ') ? phrase.command : <code>{phrase.command}</code>;
    return run === null ? text : <a href={shAddress(run, phrase.job, phrase.n)}>{text}</a>;
  }
  const name = <bdi>{phrase.job}</bdi>;
  return run === null ? name : <a href={jobAddress(run, phrase.job)}>{name}</a>;
};

/** The title of a stream in the timeline of the server. */
export const runTitle = (run: {
  id: string;
  repo: string;
  ref: string;
  subject: string | null;
}): StreamTitle => ({
  address: runAddress(run.id),
  text: `${run.repo} ${shortRef(run.ref)} · ${run.subject ?? `run ${run.id}`}`,
});

const aboutOf = (type: string): string => type.slice(0, type.indexOf('.'));

const dayOf = (event: EventModel): string => new Date(event.occurredAtMs).toISOString().slice(0, 10);

const gapText = (ms: number): string => (ms < 1 ? '' : `+${durationText(ms)}`);
