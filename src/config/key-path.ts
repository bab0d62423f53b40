/** The way to a value: keys of tables and, counted from 0, places in lists. */
export type KeyPath = readonly (string | number)[];

/** A way as it is written in Fennel: `:secrets :deploy :repos 2`, places counted from 1. */
export const formatKey = (path: KeyPath): string =>
  path.map((step) => (typeof step === 'number' ? `${step + 1}` : formatName(step))).join(' ');

const formatName = (name: string): string => (/^[\w.*/+-]+$/.test(name) ? `:${name}` : JSON.stringify(name));
