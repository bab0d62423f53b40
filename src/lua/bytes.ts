/**
 * Lua strings are bytes. On the host side they are *byte strings*: JavaScript strings whose every
 * character is one byte, U+0000 to U+00FF ("latin1"). They compare, hash and slice like Lua's, and nothing
 * is lost on the way in or out. Text for people is UTF-8 inside; these functions are the door.
 */

/** Text to the byte string of its UTF-8 encoding. */
export function fromText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of a byte string read as UTF-8; malformed bytes become U+FFFD. */
export function toText(byteString: string): string {
  return isAscii(byteString) ? byteString : Buffer.from(byteString, 'latin1').toString('utf8');
}

/** Whether a byte string is well-formed UTF-8. */
export function isUtf8(byteString: string): boolean {
  return isAscii(byteString) || fromText(toText(byteString)) === byteString;
}

/** Bytes to the byte string that holds them. */
export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The bytes of a byte string. */
export function toBytes(byteString: string): Uint8Array {
  return Buffer.from(byteString, 'latin1');
}

/** Whether every character is one byte, as Lua needs it. */
export function isByteString(string: string): boolean {
  return !/[^\x00-\xff]/.test(string);
}

function isAscii(string: string): boolean {
  return !/[^\x00-\x7f]/.test(string);
}
