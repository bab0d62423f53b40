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

/** Writes a rope as text, beginning a new Lua line whenever the Fennel line changes. */
export function writeLua(rope: Rope): LuaText {
  const writer = new Writer();
  // A stack of its own instead of recursion: a long chain of look-ups is a deep rope.
  const outer: (readonly Rope[])[] = [];
  const outerAt: number[] = [];
  let parts: readonly Rope[] = [rope];
  let at = 0;
  for (;;) {
    if (at === parts.length) {
      if (outer.length === 0) return writer.text();
      parts = outer.pop()!;
      at = outerAt.pop()!;
      continue;
    }
    const part = parts[at++]!;
    if (typeof part === 'string') writer.write(part);
    else if (typeof part === 'number') writer.line = part;
    else if (Array.isArray(part)) {
      outer.push(parts);
      outerAt.push(at);
      parts = part;
      at = 0;
    } else {
      writer.raw((part as RawLua).raw);
    }
  }
}

class Writer {
  /** The Fennel line that what follows comes from. */
  line = 0;
  #written = 0;
  #text = '';
  readonly #lineMap: number[] = [0];

  write(text: string): void {
    if (this.line !== this.#written && text !== '') {
      this.#written = this.line;
      if (this.#text === '') {
        this.#lineMap[0] = this.line;
      } else {
        this.#text += '\n';
        this.#lineMap.push(this.line);
      }
    }
    this.#text += text;
  }

  raw(code: string): void {
    for (const line of code.split('\n')) {
      this.#text += `\n${line}`;
      this.#lineMap.push(this.line);
    }
    this.#text += '\n';
    this.#lineMap.push(this.line);
    this.#written = this.line;
  }

  text(): LuaText {
    return { lua: this.#text, lineMap: this.#lineMap };
  }
}

/** Parts with `separator` between them. */
export function join(parts: readonly Rope[], separator: string): Rope {
  if (parts.length <= 1) return parts[0] ?? '';
  const joined: Rope[] = [parts[0]!];
  for (let i = 1; i < parts.length; i++) joined.push(separator, parts[i]!);
  return joined;
}
