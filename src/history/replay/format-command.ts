import type { Command } from '../../events/index.js';

/** A command as a person would type it, all of it. */
export const formatCommand = (cmd: Command): string =>
  typeof cmd === 'string' ? cmd : cmd.map(quoteWord).join(' ');

const quoteWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
