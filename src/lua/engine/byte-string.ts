/**
 * A Lua string inside the engine: a JavaScript string of bytes (U+0000 to U+00FF), which stands in for
 * fengari's array of bytes. Its text is its own hash, so strings with control bytes cannot collide (fengari
 * hashes `"\x01\x23"` and `"\x12\x03"` alike), `<` compares bytes, and `..` costs no copy.
 */
export class ByteString {
  readonly text: string;
  #bytes: Uint8Array | undefined;

  constructor(text: string) {
    this.text = text;
  }

  static fromBytes(bytes: Uint8Array): ByteString {
    return new ByteString(decode(bytes));
  }

  /** The bytes, for the parts of fengari that read them (lexer, messages). */
  getstr(): Uint8Array {
    this.#bytes ??= Buffer.from(this.text, 'latin1');
    return this.#bytes;
  }

  tsslen(): number {
    return this.text.length;
  }
}

/** What replaces fengari's string module, under its names. */
export const stringModule = {
  TString: ByteString,
  luaS_bless: (_L: unknown, bytes: Uint8Array) => ByteString.fromBytes(bytes),
  // biome-ignore lint/complexity/useArrowFunction: fengari calls it with `new`, which an arrow refuses
  luaS_new: function (_L: unknown, bytes: Uint8Array) {
    return ByteString.fromBytes(bytes);
  },
  luaS_newliteral: (_L: unknown, text: string) =>
    new ByteString(Buffer.from(text, 'utf8').toString('latin1')),
  luaS_hash: decode,
  luaS_hashlongstr: (string: ByteString) => string.text,
  luaS_eqlngstr: (a: ByteString, b: ByteString) => a === b || a.text === b.text,
};

/** Below this length a loop beats the call into Buffer. */
const SHORT = 24;

function decode(bytes: Uint8Array): string {
  if (bytes.length > SHORT) {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  }
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
