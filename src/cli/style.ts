/** Paints text, or leaves it alone where colours are not wanted. */
export interface Style {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
}

/**
 * Whether output may be coloured: FORCE_COLOR (other than 0 or false) says yes, then NO_COLOR (not empty) says
 * no, then TERM=dumb says no, then it depends on whether the output is a terminal.
 */
export const wantsColour = (env: NodeJS.ProcessEnv, isTerminal: boolean): boolean => {
  const { FORCE_COLOR: forced } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
};

/** Not util.styleText: its newer versions look at the standard output themselves. */
export const createStyle = (enabled: boolean): Style => {
  const paint = (on: number, off: number) => (text: string) =>
    enabled && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    enabled,
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    blue: paint(34, 39),
    cyan: paint(36, 39),
  };
};
