/** Data without Lua in it: what JSON can say. */
export type PlainData =
  | null
  | boolean
  | number
  | string
  | readonly PlainData[]
  | { readonly [key: string]: PlainData };

export interface ToPlainOptions {
  /** What an empty table becomes, since Lua cannot tell. Default `object`. */
  emptyTable?: 'object' | 'array';
  /**
   * Lua strings become text (`utf8`, the default: malformed bytes are an error; `utf8-lossy`: they become
   * U+FFFD) or stay byte strings (`bytes`).
   */
  strings?: 'utf8' | 'utf8-lossy' | 'bytes';
  /** Nesting allowed before the conversion is refused. Default 100. */
  maxDepth?: number;
  /** Values allowed in all. Default 1,000,000. */
  maxValues?: number;
}
