import type { TValue } from './state.js';
import { BASE } from './tags.js';

const NAMES = [
  'nil',
  'boolean',
  'userdata',
  'number',
  'string',
  'table',
  'function',
  'userdata',
  'thread',
] as const;

/** What `type` says of a value. */
export function typeName(slot: TValue): (typeof NAMES)[number] {
  return NAMES[slot.type & BASE]!;
}
