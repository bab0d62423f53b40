import type { z } from 'zod';
import type { StreamKind } from './stream.js';

/** Turns the data of one version of an event type into the data of the next version. Pure. */
export type Upcaster = (data: unknown) => unknown;

/** One event type: its stream, the version written today, the shape of that version's data. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  readonly stream: StreamKind;
  readonly version: number;
  readonly schema: Schema;
  /** `upcasters[i]` takes version `i + 1` to version `i + 2`; there are `version - 1` of them. */
  readonly upcasters: readonly Upcaster[];
  /** One sentence for docs/EVENTS.md: what has become true. */
  readonly summary: string;
}

/** Defines an event type in the version behind its last upcaster: the first one when there is none. */
export const defineEvent = <Schema extends z.ZodType>(
  stream: StreamKind,
  summary: string,
  schema: Schema,
  upcasters: readonly Upcaster[] = [],
): EventDefinition<Schema> => ({ stream, version: upcasters.length + 1, schema, upcasters, summary });
