import { styleText } from 'node:util';

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

export const createStyle = (enabled: boolean): Style => {
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    enabled ? styleText(format, text) : text;
  return {
    enabled,
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    blue: paint('blue'),
    cyan: paint('cyan'),
  };
};
