import { CliError } from '../cli-error.js';

/** The number of an event, given as text; `name` is what asked for it. Throws CliError `usage`. */
export const parseSeq = (name: string, text: string): number => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError('usage', `${name} expects the number of an event, found ${JSON.stringify(text)}`);
};
