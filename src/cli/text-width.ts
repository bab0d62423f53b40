import { stripVTControlCharacters } from 'node:util';

/** How many columns the text takes on a terminal; escape sequences take none. */
export const textWidth = (text: string): number => {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += characterWidth(character);
  return width;
};

/** Cuts text that is too wide, with `…` at its end. Painted text keeps its escape sequences. */
export const truncate = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text;
  if (width <= 0) return '';
  let shown = '';
  let room = width - 1;
  let painted = false;
  for (const [piece] of text.matchAll(/\x1b\[[0-9;:]*m|./gsu)) {
    if (piece.length > 1 && piece.startsWith('\x1b')) {
      shown += piece;
      painted = true;
      continue;
    }
    room -= characterWidth(piece);
    if (room < 0) break;
    shown += piece;
  }
  return `${shown}…${painted ? '\x1b[0m' : ''}`;
};

/** Fills text with spaces up to a width. */
export const pad = (text: string, width: number, align: 'left' | 'right' = 'left'): string => {
  const filling = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + filling : filling + text;
};

const characterWidth = (character: string): number => {
  if (character >= ' ' && character <= '~') return 1;
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
};

const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]$/u;
