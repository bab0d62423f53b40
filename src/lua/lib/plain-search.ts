import { PAUSE, type Steps } from './steps.js';

/** Products of the two lengths up to here are searched at once: 50 ms at the very worst. */
const SMALL = 100_000_000;
const CHARACTERS_PER_PAUSE = 100_000;

/**
 * Where `part` is in `text` from `from` on, or -1. JavaScript's own search takes quadratic time on the
 * worst texts, so large ones are searched in linear time (Knuth, Morris and Pratt) and with pauses.
 */
export function* plainSearch(text: string, part: string, from: number): Steps<number> {
  if (part.length * (text.length - from) <= SMALL) return text.indexOf(part, from);
  const borders = new Int32Array(part.length);
  for (let i = 1, matched = 0; i < part.length; i++) {
    matched = advance(part, borders, matched, part.charCodeAt(i));
    borders[i] = matched;
    if (i % CHARACTERS_PER_PAUSE === 0) yield PAUSE;
  }
  for (let i = from, matched = 0; i < text.length; i++) {
    matched = advance(part, borders, matched, text.charCodeAt(i));
    if (matched === part.length) return i - part.length + 1;
    if (i % CHARACTERS_PER_PAUSE === 0) yield PAUSE;
  }
  return -1;
}

/** How much of `part` is matched after one more character. */
function advance(part: string, borders: Int32Array, matched: number, code: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== code) length = borders[length - 1]!;
  return part.charCodeAt(length) === code ? length + 1 : length;
}
