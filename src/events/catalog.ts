import type { z } from 'zod';
import { historyEvents } from './history-events.js';
import { jobEvents } from './job-events.js';
import { pipelineEvents } from './pipeline-events.js';
import { pushEvents } from './push-events.js';
import { repoEvents } from './repo-events.js';
import { runEvents } from './run-events.js';
import { shEvents } from './sh-events.js';

/** Every event type there is. Released shapes never change: a new shape is a new version with an upcaster. */
export const catalog = {
  ...repoEvents,
  ...pushEvents,
  ...runEvents,
  ...pipelineEvents,
  ...jobEvents,
  ...shEvents,
  ...historyEvents,
};

export type EventType = keyof typeof catalog;

/** The data of an event type, in the version written today. */
export type EventData<T extends EventType> = z.infer<(typeof catalog)[T]['schema']>;

export const eventTypes = Object.keys(catalog) as EventType[];

export const isEventType = (type: string): type is EventType => Object.hasOwn(catalog, type);
