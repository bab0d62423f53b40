import { coreOf } from '../core.js';
import { toNumber } from '../engine/arithmetic.js';
import { textOf } from '../engine/concat.js';
import { exponential, fixed, general } from '../engine/decimal.js';
import { formatNonFinite } from '../engine/numeral.js';
import { raise } from '../engine/raise.js';
import { argument } from '../engine/stack.js';
import type { HostCode, State, TValue } from '../engine/state.js';
import { BOOLEAN, FLOAT, INTEGER, NIL, STRING } from '../engine/tags.js';
import { argumentError, checkAny, checkNumber, checkText, typeError } from './check.js';
import { hexFloat } from './hex-float.js';
import { textSlot } from './library.js';
import { drive, PAUSE, type Steps } from './steps.js';
import { tostringSteps } from './tostring.js';

/** One `%…` of a format. */
interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** Pieces of a format, or runs of characters of `%q`, between two looks at the limits. */
const PIECES_PER_LOOK = 4096;

const DIRECTIVE = /%([-+ #0]*)([0-9]*)(?:\.([0-9]*))?([\s\S]?)/y;

/** `string.format`, printing every number as the C library would. */
export const format: HostCode = (L) => {
  checkText(L, 1);
  return drive(L, formatSteps(L));
};

function* formatSteps(L: State): Steps {
  const template = checkText(L, 1);
  const core = coreOf(L);
  const pieces: string[] = [];
  let bytes = 0;
  let argument = 1;
  for (let at = 0; at < template.length; ) {
    const piece = literalAt(template, at);
    let text = piece.text;
    at = piece.end;
    if (text === undefined) {
      const directive = directiveAt(L, template, at);
      at = DIRECTIVE.lastIndex;
      text = yield* convert(L, ++argument, directive);
    }
    if (pieces.length % PIECES_PER_LOOK === PIECES_PER_LOOK - 1) yield PAUSE;
    bytes += text.length;
    if (bytes > core.maxStringBytes) core.refuseString(L, bytes);
    pieces.push(text);
  }
  return [textSlot(pieces.join(''))];
}

/** The text up to the next directive, or one `%` for `%%`; no text when a directive begins here. */
function literalAt(template: string, at: number): { text: string | undefined; end: number } {
  const percent = template.indexOf('%', at);
  if (percent !== at) {
    const end = percent < 0 ? template.length : percent;
    return { text: template.slice(at, end), end };
  }
  return template[at + 1] === '%' ? { text: '%', end: at + 2 } : { text: undefined, end: at };
}

function directiveAt(L: State, template: string, at: number): Directive {
  DIRECTIVE.lastIndex = at;
  const [, flags = '', width = '', precision, conversion = ''] = DIRECTIVE.exec(template)!;
  if (flags.length > 5) return raise(L, 'invalid format (repeated flags)');
  if (width.length > 2 || (precision?.length ?? 0) > 2) {
    return raise(L, 'invalid format (width or precision too long)');
  }
  return {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    conversion,
  };
}

function* convert(L: State, n: number, directive: Directive): Steps<string> {
  if (argument(L, n) === undefined) return argumentError(L, n, 'no value');
  switch (directive.conversion) {
    case 'c':
      return pad(String.fromCharCode(checkWhole(L, n) & 255), directive);
    case 'd':
    case 'i':
      return integer(checkWhole(L, n), directive);
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return unsigned(checkWhole(L, n), directive);
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return float(checkNumber(L, n), directive);
    case 'q':
      return yield* quote(L, checkAny(L, n));
    case 's': {
      const text = yield* tostringSteps(L, argument(L, n)!);
      return pad(directive.precision === undefined ? text : text.slice(0, directive.precision), directive);
    }
    default:
      return raise(L, `invalid option '%${directive.conversion}' to 'format'`);
  }
}

/** A whole number: an integer, or a float that stands for a larger one, up to 64 bits. */
function checkWhole(L: State, n: number): number {
  const number = toNumber(argument(L, n)!);
  if (number === false) return typeError(L, n, 'number');
  if (!Number.isInteger(number) || number < -(2 ** 63) || number >= 2 ** 63) {
    return argumentError(L, n, 'number has no integer representation');
  }
  return number;
}

function integer(value: number, directive: Directive): string {
  const digits = BigInt(Math.abs(value)).toString();
  return finish(signOf(value < 0, directive), atLeast(digits, value, directive), directive, true);
}

function unsigned(value: number, directive: Directive): string {
  const bits = BigInt.asUintN(64, BigInt(value));
  const { conversion, flags } = directive;
  const base = conversion === 'o' ? 8 : conversion === 'u' ? 10 : 16;
  let digits = atLeast(bits.toString(base), value, directive);
  let prefix = '';
  if (flags.includes('#')) {
    if (base === 16 && value !== 0) prefix = '0x';
    if (base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  }
  const text = finish(prefix, digits, directive, true);
  return conversion === 'X' ? text.toUpperCase() : text;
}

/** A precision asks for that many digits; a precision of 0 leaves a zero without any. */
function atLeast(digits: string, value: number, { precision }: Directive): string {
  if (precision === 0 && value === 0) return '';
  return digits.padStart(precision ?? 0, '0');
}

function float(value: number, directive: Directive): string {
  const { conversion, flags } = directive;
  const negative = value < 0 || Object.is(value, -0);
  const sign = signOf(negative, directive);
  const isUpper = conversion !== conversion.toLowerCase();
  if (!Number.isFinite(value)) {
    const text = formatNonFinite(value);
    const bare = text.replace('-', '');
    // No zeros before a word.
    const padded = finish(
      text.startsWith('-') ? '-' : sign,
      bare,
      { ...directive, flags: flags.replace('0', '') },
      false,
    );
    return isUpper ? padded.toUpperCase() : padded;
  }
  const text = finish(sign, floatDigits(Math.abs(value), directive), directive, false);
  return isUpper ? text.toUpperCase() : text;
}

function floatDigits(value: number, { conversion, precision, flags }: Directive): string {
  const keepZeros = flags.includes('#');
  switch (conversion.toLowerCase()) {
    case 'a':
      return hexFloat(value, precision);
    case 'e':
      return withPoint(exponential(value, precision ?? 6), keepZeros);
    case 'f':
      return withPoint(fixed(value, precision ?? 6), keepZeros);
    default:
      return general(value, precision ?? 6, keepZeros);
  }
}

/** The `#` flag keeps a point where no digits follow. */
function withPoint(text: string, keep: boolean): string {
  return keep && !text.includes('.') ? text.replace(/^[0-9]+/, '$&.') : text;
}

function signOf(isNegative: boolean, { flags }: Directive): string {
  if (isNegative) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function finish(sign: string, digits: string, directive: Directive, isInteger: boolean): string {
  const { flags, width, precision } = directive;
  const zeros = flags.includes('0') && !flags.includes('-') && !(isInteger && precision !== undefined);
  if (!zeros) return pad(sign + digits, directive);
  // The 0x of a hexadecimal float stays in front of the zeros.
  const prefix = digits.startsWith('0x') ? '0x' : '';
  return sign + prefix + digits.slice(prefix.length).padStart(width - sign.length - prefix.length, '0');
}

function pad(text: string, { flags, width }: Directive): string {
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

/** A literal that Lua reads back as the same value. */
function* quote(L: State, slot: TValue): Steps<string> {
  switch (slot.type) {
    case STRING:
      return `"${yield* quoteText(L, textOf(slot)!)}"`;
    case INTEGER:
      return textOf(slot)!;
    case FLOAT:
      return quoteFloat(slot.value as number);
    case NIL:
      return 'nil';
    case BOOLEAN:
      return String(slot.value);
    default:
      return raise(L, 'value has no literal form');
  }
}

function quoteFloat(value: number): string {
  if (Number.isNaN(value)) return '(0/0)';
  if (!Number.isFinite(value)) return value > 0 ? '1e9999' : '-1e9999';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + hexFloat(Math.abs(value), undefined);
}

function* quoteText(L: State, text: string): Steps<string> {
  const core = coreOf(L);
  let quoted = '';
  for (let at = 0; at < text.length; at += PIECES_PER_LOOK) {
    // One character of the next run tells whether a digit follows.
    quoted += quoteRun(text.slice(at, at + PIECES_PER_LOOK + 1), PIECES_PER_LOOK);
    if (quoted.length > core.maxStringBytes) core.refuseString(L, quoted.length);
    yield PAUSE;
  }
  return quoted;
}

function quoteRun(text: string, length: number): string {
  return text.slice(0, length).replace(/["\\\n\r\0]|[\x01-\x1f\x7f]/g, (character, at: number) => {
    if (character === '"' || character === '\\' || character === '\n') return `\\${character}`;
    const code = character.charCodeAt(0);
    return /[0-9]/.test(text[at + 1] ?? '') ? `\\${String(code).padStart(3, '0')}` : `\\${code}`;
  });
}
