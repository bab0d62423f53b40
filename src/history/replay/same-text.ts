import type { Command } from '../../events/index.js';

/** What stands in a record where a secret stood. */
const mask = '***';

/**
 * Whether a command is the recorded one. Where the new one has a mask, the record may have anything: it holds the
 * real secret's mask, or, of a secret too short to be masked, its text.
 */
export const isSameCommand = (recorded: Command, replayed: Command): boolean => {
  if (typeof recorded === 'string' || typeof replayed === 'string') {
    return typeof recorded === typeof replayed && isSameText(String(recorded), String(replayed));
  }
  return recorded.length === replayed.length && recorded.every((word, i) => isSameText(word, replayed[i]!));
};

/** As {@link isSameCommand}, for one text. */
export const isSameText = (recorded: string, replayed: string): boolean => {
  if (recorded === replayed) return true;
  if (!replayed.includes(mask)) return false;
  const [first = '', ...pieces] = replayed.split(mask);
  const last = pieces.pop() ?? '';
  if (!recorded.startsWith(first) || !recorded.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = recorded.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at + last.length <= recorded.length;
};
