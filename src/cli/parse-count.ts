import { CliError } from './cli-error.js';

/** A whole number from 1 to `max` given as text. Throws CliError `usage` that names the option. */
export const parseCount = (name: string, text: string, max: number): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new CliError(
    'usage',
    `${name} expects a whole number from 1 to ${max}, found ${JSON.stringify(text)}`,
  );
};
