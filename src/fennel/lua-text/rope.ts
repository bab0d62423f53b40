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
  const out: string[] = [];
  const lineMap: number[] = [0];
  let line = 0;
  let wanted = 0;
  const pending: Rope[] = [rope];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (typeof part === 'number') {
      wanted = part;
    } else if (typeof part === 'string') {
      if (wanted !== line && part !== '') {
        line = wanted;
        if (out.length === 0) {
          lineMap[0] = line;
        } else {
          out.push('\n');
          lineMap.push(line);
        }
      }
      out.push(part);
    } else if ('raw' in part) {
      const lines = part.raw.split('\n');
      for (const text of lines) {
        out.push('\n', text);
        lineMap.push(wanted);
      }
      out.push('\n');
      lineMap.push(wanted);
      line = wanted;
    } else {
      for (let i = part.length - 1; i >= 0; i--) pending.push(part[i]!);
    }
  }
  return { lua: out.join(''), lineMap };
}

/** Parts with `separator` between them. */
export function join(parts: readonly Rope[], separator: string): Rope {
  if (parts.length <= 1) return parts[0] ?? '';
  const joined: Rope[] = [parts[0]!];
  for (let i = 1; i < parts.length; i++) joined.push(separator, parts[i]!);
  return joined;
}
