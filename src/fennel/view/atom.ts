import { isLuaHandle } from './table-shape.js';

interface AtomOptions {
  readonly preferColon: boolean;
  readonly escapeNewlines: boolean;
  readonly text: boolean;
}

/** Writes what is no table. */
export function viewAtom(value: unknown, isKey: boolean, options: AtomOptions): string {
  switch (typeof value) {
    case 'undefined':
      return 'nil';
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return viewNumber(value);
    case 'string':
      return viewString(value, isKey || options.preferColon, options);
    case 'object':
      if (value === null) return 'nil';
      if (value instanceof Uint8Array)
        return viewString(byteString(value), false, { ...options, text: false });
      return `#<${isLuaHandle(value) ? value.kind : className(value)}>`;
    default:
      return `#<${typeof value}>`;
  }
}

/** As Lua writes numbers: whole ones in full, others with 14 digits. */
function viewNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  const [digits = '', exponent = '0'] = value.toExponential(13).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 14) return String(Number(value.toPrecision(14)));
  const mantissa = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const colonString = /^[-A-Za-z0-9?^_!$%&*+./|<=>]+$/;
const wellFormedUtf8 =
  /[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g;
const namedEscapes: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function viewString(value: string, asKeyword: boolean, options: AtomOptions): string {
  if (asKeyword && colonString.test(value)) return `:${value}`;
  const escaped = value.replace(/[\x00-\x1f\x7f"\\]/g, (char) => {
    // A string that is nothing but a newline is escaped in any case: nobody could read it.
    if (char === '\n' && !options.escapeNewlines && value.length > 1) return char;
    return namedEscapes[char] ?? decimalEscape(char);
  });
  return `"${options.text ? escaped : escaped.replace(wellFormedUtf8, escapeStrayByte)}"`;
}

function escapeStrayByte(match: string, stray: string | undefined): string {
  return stray === undefined ? match : decimalEscape(stray);
}

function decimalEscape(char: string): string {
  return `\\${String(char.charCodeAt(0)).padStart(3, '0')}`;
}

function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function className(value: object): string {
  return value.constructor?.name || 'object';
}
