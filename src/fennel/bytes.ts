const utf8 = new TextDecoder('utf-8');

/** Source text as a binary string: one character (U+0000 to U+00FF) per byte of its UTF-8 form. */
export function toBinary(source: string | Uint8Array): string {
  if (typeof source !== 'string') return Buffer.from(source).toString('latin1');
  if (/^[\x00-\x7f]*$/.test(source)) return source;
  return Buffer.from(source, 'utf8').toString('latin1');
}

/** A binary string as readable text, for messages; bytes that are no UTF-8 become U+FFFD. */
export function toText(binary: string): string {
  return utf8.decode(Buffer.from(binary, 'latin1'));
}
