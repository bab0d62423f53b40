import { stringArgument } from './argument.js';
import type { LibraryFunction } from './library-function.js';

/**
 * `(glob? pattern path)`: whether a path is covered: `?` is one character and `*` any number, both without
 * `/`; `**` is any number with `/`; `**` and a slash also stand for nothing, so that `**` `/x` covers `x`.
 */
export const globMatches: LibraryFunction = (_vm, [pattern, path]) => {
  const tokens = tokenize(stringArgument(pattern, 'glob?: the pattern'));
  return matches(tokens, stringArgument(path, 'glob?: the path'));
};

const tokenize = (pattern: string): string[] => pattern.match(/\*\*\/|\*\*|./gs) ?? [];

/** Walks all ways at once: time grows with pattern × path, whatever the pattern. */
const matches = (tokens: readonly string[], path: string): boolean => {
  let places = new Set([0]);
  for (const token of tokens) places = step(token, path, places);
  return places.has(path.length);
};

/** The places in the path that a token leads to from any of `places`. */
const step = (token: string, path: string, places: ReadonlySet<number>): Set<number> => {
  const next = new Set<number>();
  let open = false;
  for (let at = 0; at <= path.length; at += 1) {
    const here = places.has(at);
    const before = path[at - 1];
    if (token === '**/') {
      if (here || (open && before === '/')) next.add(at);
      open ||= here;
    } else if (token === '*' || token === '**') {
      open = here || (open && (token === '**' || before !== '/'));
      if (open) next.add(at);
    } else if (here && at < path.length && (token === '?' ? path[at] !== '/' : path[at] === token)) {
      next.add(at + 1);
    }
  }
  return next;
};
