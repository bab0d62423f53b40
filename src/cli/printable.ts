/**
 * Text of unknown origin in one line of a terminal: control characters, also those of Unicode that turn or hide
 * text, are shown as `\xNN` or `\u{NNNN}` instead of being obeyed.
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu, (character) => {
    if (character === '\n') return '⏎';
    if (character === '\t') return ' ';
    const code = character.codePointAt(0)!;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });

/** The first line of a message, for where there is room for one. */
export const printableFirstLine = (text: string): string => {
  const [first = '', ...more] = text.split('\n');
  return more.some((line) => line.trim() !== '') ? `${printable(first)} …` : printable(first);
};

/**
 * One line of a command's output for a terminal. Colours (SGR sequences) stay when wanted, every other escape
 * sequence and control character goes; of a line that overwrote itself with `\r`, the last state is shown.
 */
export const printableOutput = (bytes: Buffer, colours: boolean): string => {
  const text = bytes.toString('utf8').replace(/\r+$/, '');
  const shown = text.slice(text.lastIndexOf('\r') + 1);
  const kept = shown.replace(escapeSequence, (sequence) =>
    colours && /^\x1b\[[0-9;:]*m$/.test(sequence) ? sequence : '',
  );
  const clean = kept.replace(/(?!\t|\x1b\[[0-9;:]*m)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '');
  return colours && clean.includes('\x1b') ? `${clean}\x1b[0m` : clean;
};

/** CSI, OSC and other string sequences (with their text), and two-character escapes. */
const escapeSequence =
  /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]|\x1b/g;
