/** A stretch of text in one style. */
export interface StyledText {
  readonly text: string;
  /** CSS classes, separated by spaces; empty for plain text. */
  readonly style: string;
}

interface Style {
  readonly bold: boolean;
  readonly faint: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strike: boolean;
  /** 0 to 15, or null for the text's own colour. */
  readonly foreground: number | null;
  readonly background: number | null;
}

const plain: Style = {
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
  foreground: null,
  background: null,
};

/**
 * A line as a terminal would show it: colours and weights become classes, a carriage return starts the line
 * over, other escape sequences and control characters are left out. Colours of the 256 and of 24 bits are
 * brought to the nearest of the 16, so that they can be read in both themes.
 */
export const styleLine = (line: string): StyledText[] => {
  // Most lines are plain, and a page has hundreds of them.
  if (!special.test(line)) return line === '' ? [] : [{ text: line, style: '' }];
  const pieces: StyledText[] = [];
  let style = plain;
  let start = 0;
  const text = afterLastReturn(line);
  const add = (end: number) => {
    const piece = text.slice(start, end).replaceAll(control, '');
    if (piece !== '') pieces.push({ text: piece, style: classesOf(style) });
  };
  for (const match of text.matchAll(escapes)) {
    add(match.index);
    start = match.index + match[0].length;
    if (match[1] !== undefined) style = applySgr(style, match[1]);
  }
  add(text.length);
  return pieces;
};

/** A line's text alone. */
export const plainLine = (line: string): string =>
  afterLastReturn(line).replaceAll(escapes, '').replaceAll(control, '');

/** `CSI … m`; any other CSI; OSC up to BEL or ST; any other two-character escape. */
const escapes =
  /\u001b\[([\d;:]*)m|\u001b\[[\d;:?<=>!]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]|\u001b$/g;

/** Anything that needs more than to be shown: an escape, a return, another control character. */
const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

const control = /[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f]/g;

/** Progress bars write over themselves: what counts is what was written last. */
const afterLastReturn = (line: string): string => {
  const text = line.replace(/\r+$/, '');
  const at = text.lastIndexOf('\r');
  if (at === -1) return text;
  const before =
    text
      .slice(0, at)
      .match(/\u001b\[[\d;:]*m/g)
      ?.join('') ?? '';
  return before + text.slice(at + 1);
};

const applySgr = (style: Style, parameters: string): Style => {
  const codes = parameters.split(/[;:]/).map(Number);
  let result = style;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i]!;
    if (code === 38 || code === 48) {
      const { color, used } = extendedColor(codes, i + 1);
      i += used;
      if (color !== undefined) {
        result = { ...result, [code === 38 ? 'foreground' : 'background']: color };
      }
    } else {
      result = { ...result, ...changeOf(code) };
    }
  }
  return result;
};

const changeOf = (code: number): Partial<Style> => {
  if (code >= 30 && code <= 37) return { foreground: code - 30 };
  if (code >= 90 && code <= 97) return { foreground: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { background: code - 40 };
  if (code >= 100 && code <= 107) return { background: code - 100 + 8 };
  return changes[code] ?? {};
};

const changes: Readonly<Record<number, Partial<Style>>> = {
  0: plain,
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { foreground: null },
  49: { background: null },
};

/** `5;n` of the 256 colours or `2;r;g;b`, as the nearest of the 16. */
const extendedColor = (codes: readonly number[], at: number): { color: number | undefined; used: number } => {
  if (codes[at] === 5) return { color: fromPalette(codes[at + 1] ?? 0), used: 2 };
  if (codes[at] === 2) {
    return { color: nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), used: 4 };
  }
  return { color: undefined, used: 1 };
};

const fromPalette = (n: number): number => {
  if (n < 16) return n;
  if (n >= 232) return n < 238 ? 8 : n < 250 ? 7 : 15;
  const cube = n - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
};

const nearest = (red: number, green: number, blue: number): number => {
  const brightest = Math.max(red, green, blue);
  if (brightest < 48) return 0;
  if (brightest - Math.min(red, green, blue) < 32) return brightest > 200 ? 15 : brightest > 110 ? 7 : 8;
  const half = brightest / 2;
  const hue = (red > half ? 1 : 0) + (green > half ? 2 : 0) + (blue > half ? 4 : 0);
  return brightest > 200 ? hue + 8 : hue;
};

const classesOf = (style: Style): string => {
  const classes: string[] = [];
  const foreground = style.inverse ? style.background : style.foreground;
  const background = style.inverse ? style.foreground : style.background;
  if (style.inverse && foreground === null && background === null) classes.push('inverse');
  if (foreground !== null) classes.push(`fg${foreground}`);
  if (background !== null) classes.push(`bg${background}`);
  for (const name of ['bold', 'faint', 'italic', 'underline', 'strike'] as const) {
    if (style[name]) classes.push(name);
  }
  return classes.join(' ');
};
