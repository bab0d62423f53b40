/** Why a string literal cannot be read. */
export interface BadString {
  readonly message: string;
  readonly hint: string;
}

const single: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '\n': '\n',
};

const escapes = /\\(?:x([\da-fA-F]{2})|u\{([\da-fA-F]+)\}|z[\t-\r ]*|(\d{1,3})|\r\n|[\s\S])/g;

/** Expands the escapes of a string literal's inside (Lua 5.3's set), bytes in, bytes out. */
export function readString(raw: string): string | BadString {
  let bad: BadString | undefined;
  const value = raw.replace(escapes, (match, hex?: string, codePoint?: string, decimal?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (codePoint !== undefined) {
      const bytes = encodeCodePoint(Number.parseInt(codePoint, 16));
      if (bytes === undefined) bad ??= tooLarge(match);
      return bytes ?? '';
    }
    if (decimal !== undefined) {
      if (Number(decimal) > 255) bad ??= tooLarge(match);
      return String.fromCharCode(Number(decimal) & 255);
    }
    const char = match[1]!;
    if (char === 'z') return '';
    if (match === '\\\r\n') return '\r\n';
    const expanded = single[char];
    if (expanded === undefined) bad ??= unknownEscape(match);
    return expanded ?? '';
  });
  return bad ?? value;
}

/** UTF-8 as Lua writes it: up to six bytes, surrogates and values beyond Unicode included. */
function encodeCodePoint(code: number): string | undefined {
  if (code < 0x80) return String.fromCharCode(code);
  if (code > 0x7fffffff) return undefined;
  const bytes: number[] = [];
  let rest = code;
  let room = 0x3f;
  do {
    bytes.unshift(0x80 | (rest & 0x3f));
    rest = Math.floor(rest / 64);
    room >>= 1;
  } while (rest > room);
  bytes.unshift(((~room << 1) & 0xff) | rest);
  return String.fromCharCode(...bytes);
}

function tooLarge(match: string): BadString {
  const decimal = match[1] !== 'u';
  return {
    message: `${decimal ? 'invalid decimal escape' : 'code point too large in escape'} ${match}`,
    hint: decimal ? 'a decimal escape names one byte: \\0 to \\255' : 'the largest is \\u{7fffffff}',
  };
}

function unknownEscape(match: string): BadString {
  return {
    message: `invalid escape sequence ${match}`,
    hint: 'for a backslash itself write \\\\; the escapes are \\a \\b \\f \\n \\r \\t \\v \\z \\" \\\\ \\xXX \\ddd \\u{XXX}',
  };
}
