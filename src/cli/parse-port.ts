import { CliError } from './cli-error.js';

/** A TCP port given as text, 0 for any free one. Throws CliError `usage`. */
export const parsePort = (text: string): number => {
  const value = Number(text);
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value;
  throw new CliError('usage', `--port expects a number from 0 to 65535, found ${JSON.stringify(text)}`);
};
