export const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
export const prefixes: Record<string, string> = { '#': 'hashfn', "'": 'quote', '`': 'quote', ',': 'unquote' };

/** What a byte of source may be part of: 1 whitespace, 2 belongs to a symbol, 0 anything else. */
export const classes = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  if (byte === 32 || (byte >= 9 && byte <= 13)) classes[byte] = 1;
  else if (byte > 32 && byte !== 127 && !'()[]{}"\'~;,@`'.includes(String.fromCharCode(byte)))
    classes[byte] = 2;
}

/** A character as an error shows it. */
export function printable(char: string): string {
  const code = char.charCodeAt(0);
  return code > 32 && code < 127 ? char : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** What to do about a character that may not stand in source. */
export function characterHint(char: string): string {
  return char.charCodeAt(0) < 32 || char.charCodeAt(0) === 127
    ? 'delete the control character; inside a string it may be written as an escape'
    : `delete ${char}: it is reserved, and only allowed inside strings and comments`;
}
