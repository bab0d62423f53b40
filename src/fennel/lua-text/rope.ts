/**
 * Lua text under construction. A number is a mark: what follows comes from that Fennel line. Ropes are shared
 * freely and flattened once, at the end.
 */
export type Rope = string | number | RawLua | readonly Rope[];

/** Lua code the author wrote; it may contain newlines, and a newline follows it, since it may end in a comment. */
export interface RawLua {
  readonly raw: string;
}

export interface LuaText {
  readonly lua: string;
  /** Index is the Lua line from 0, value the Fennel line from 1 (0: none). */
  readonly lineMap: readonly number[];
}

/** Writes ropes as text, beginning a new Lua line whenever the Fennel line changes. */
export class LuaWriter {
  #line = 0;
  #written = 0;
  /** Pieces of the rope being written. */
  #pieces: string[] = [];
  /** The text of the ropes before it: one string each, so that the pieces need not stay in memory. */
  readonly #texts: string[] = [];
  readonly #lineMap: number[] = [0];

  /** Goes through the rope with a stack of its own: a long chain of look-ups is a deep rope. */
  write(rope: Rope): void {
    const outer: (readonly Rope[])[] = [];
    const outerAt: number[] = [];
    let parts: readonly Rope[] = [rope];
    let at = 0;
    for (;;) {
      if (at === parts.length) {
        if (outer.length === 0) break;
        parts = outer.pop()!;
        at = outerAt.pop()!;
        continue;
      }
      const part = parts[at++]!;
      if (typeof part === 'string') {
        this.#append(part);
      } else if (typeof part === 'number') {
        this.#line = part;
      } else if (Array.isArray(part)) {
        outer.push(parts);
        outerAt.push(at);
        parts = part;
        at = 0;
      } else {
        this.#raw((part as RawLua).raw);
      }
    }
    if (this.#pieces.length === 0) return;
    this.#texts.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  /** The text, after `prologue`, which comes from no line and takes one of its own. */
  finish(prologue: string): LuaText {
    const text = this.#texts.join('');
    if (prologue === '') return { lua: text, lineMap: this.#lineMap };
    return { lua: `${prologue}\n${text}`, lineMap: [0].concat(this.#lineMap) };
  }

  #append(text: string): void {
    if (this.#line !== this.#written && text !== '') {
      this.#written = this.#line;
      if (this.#pieces.length === 0 && this.#texts.length === 0) {
        this.#lineMap[0] = this.#line;
      } else {
        this.#pieces.push('\n');
        this.#lineMap.push(this.#line);
      }
    }
    this.#pieces.push(text);
  }

  #raw(code: string): void {
    for (const line of code.split('\n')) {
      this.#pieces.push('\n', line);
      this.#lineMap.push(this.#line);
    }
    this.#pieces.push('\n');
    this.#lineMap.push(this.#line);
    this.#written = this.#line;
  }
}

/** Parts with `separator` between them. */
export function join(parts: readonly Rope[], separator: string): Rope {
  if (parts.length <= 1) return parts[0] ?? '';
  const joined: Rope[] = [parts[0]!];
  for (let i = 1; i < parts.length; i++) joined.push(separator, parts[i]!);
  return joined;
}
