import { customAlphabet, nanoid } from 'nanoid';

const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const timeLength = 9;
const randomTail = customAlphabet(digits, 11);

/**
 * A new id for a run or a push: 9 base-32 digits of milliseconds since 1970, then 11 random ones.
 *
 * Ids sort by time as text, because a random key makes inserts into a large index several times slower.
 * Lower case and without punctuation, so that an id is a safe file name and survives a double click.
 */
export const timeSortedId = (atMs: number): string => timePrefix(atMs) + randomTail();

/** The id of an event or of an operator command: random, never a key of an index. */
export const randomId = (): string => nanoid(16);

/** Matches what {@link timeSortedId} makes. */
export const timeSortedIdPattern = /^[0-9a-hjkmnp-tv-z]{20}$/;

const timePrefix = (atMs: number): string => {
  let rest = Math.max(0, Math.floor(atMs));
  let text = '';
  for (let i = 0; i < timeLength; i += 1) {
    text = digits[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};
