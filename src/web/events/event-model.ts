import { z } from 'zod';
import { type StoredEvent, upcast } from '../../events/index.js';
import { type EventRow, isKnownEvent, type ReadEvent } from '../../store/index.js';
import { type Phrase, plainSentence, sentence } from './sentence.js';

/** An event as JSON shows it: as stored, `data` in today's version, with its sentence. */
export const eventModel = z.strictObject({
  seq: z.int(),
  id: z.string(),
  stream: z.string(),
  streamVersion: z.int(),
  type: z.string(),
  typeVersion: z.int(),
  occurredAtMs: z.int(),
  recordedAtMs: z.int(),
  actor: z.string(),
  causationSeq: z.int().nullable(),
  correlationId: z.string(),
  clientNumber: z.int().nullable(),
  data: z.json(),
  dataHash: z.string(),
  prevHash: z.string(),
  hash: z.string(),
  /** In words; for a type that this version does not know, its name. */
  sentence: z.string(),
});

export type EventModel = z.infer<typeof eventModel>;

export const presentEvent = (row: EventRow | ReadEvent): EventModel => {
  const event =
    'typeVersion' in row && typeof row.data === 'string' ? decode(row as EventRow) : (row as ReadEvent);
  const phrases = phrasesOf(event);
  const model = { ...event, sentence: plainSentence(phrases) } as EventModel;
  known.set(model, phrases);
  return model;
};

/** A page shows the phrases of the sentence that its model has been given already. */
const known = new WeakMap<EventModel, readonly Phrase[]>();

/** The sentence of an event; an unknown type, or data that its sentence cannot read, is named by its type. */
export const phrasesOf = (event: EventModel | ReadEvent): readonly Phrase[] => {
  const made = known.get(event as EventModel);
  if (made !== undefined) return made;
  if (!isKnownEvent(event as ReadEvent)) return [event.type];
  try {
    return sentence(event as unknown as StoredEvent);
  } catch {
    return [event.type];
  }
};

const decode = (row: EventRow): ReadEvent => {
  const data: unknown = JSON.parse(row.data);
  try {
    return { ...row, data: upcast(row.type, row.typeVersion, data) };
  } catch {
    // Written by a newer quire: readers see it as it is.
    return { ...row, data };
  }
};
