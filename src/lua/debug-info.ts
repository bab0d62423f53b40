import { ByteString } from './engine/byte-string.js';
import type { Proto } from './engine/state.js';
import { isByteString } from './bytes.js';

/** Where a chunk's code comes from; see `Chunk`. */
export interface SourceMap {
  readonly lineMap?: readonly number[];
  readonly localNames?: ReadonlyMap<string, string>;
}

/**
 * Rewrites the debug information of a compiled chunk, so that every error, traceback and position speaks of
 * the source's lines and names. @returns false when the engine's prototypes do not look as expected; then
 * messages have to be mapped (`mapMessage`).
 */
export function rewriteDebugInfo(proto: unknown, { lineMap, localNames }: SourceMap): boolean {
  return rewrite(proto, lineMap === undefined ? [] : withoutGaps(lineMap), localNames ?? new Map());
}

/** Replaces `chunk:line` by the source's line, in messages of chunks whose debug information was left alone. */
export function mapMessage(message: string, chunkName: string, lineMap: readonly number[]): string {
  const lines = withoutGaps(lineMap);
  const escaped = chunkName.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return message.replace(
    new RegExp(`(^|[\\s<])${escaped}:([0-9]+)(?=[:>])`, 'g'),
    (all, before: string, line: string) => {
      const source = sourceLine(lines, Number(line));
      return source === 0 ? all : `${before}${chunkName}:${source}`;
    },
  );
}

function rewrite(proto: unknown, lines: readonly number[], names: ReadonlyMap<string, string>): boolean {
  if (!isProto(proto)) return false;
  if (lines.length > 0) rewriteLines(proto, lines);
  if (names.size > 0) rewriteNames(proto, names);
  return proto.p.every((inner) => rewrite(inner, lines, names));
}

/** A Lua line whose source line is not known belongs to the one before it. */
function withoutGaps(lineMap: readonly number[]): number[] {
  let last = lineMap.find((line) => line > 0) ?? 0;
  return lineMap.map((line) => {
    if (line > 0) last = line;
    return last;
  });
}

function sourceLine(lines: readonly number[], line: number): number {
  return lines[Math.min(line, lines.length) - 1] ?? 0;
}

function isProto(proto: unknown): proto is Proto {
  if (typeof proto !== 'object' || proto === null) return false;
  const { p, lineinfo, locvars, upvalues, linedefined, lastlinedefined } = proto as Partial<Proto>;
  return (
    [p, lineinfo, locvars, upvalues].every(Array.isArray) &&
    typeof linedefined === 'number' &&
    typeof lastlinedefined === 'number'
  );
}

function rewriteLines(proto: Proto, lines: readonly number[]): void {
  const { lineinfo } = proto;
  for (let pc = 0; pc < lineinfo.length; pc++) lineinfo[pc] = sourceLine(lines, lineinfo[pc]!);
  // 0 marks a main chunk, whose function is defined nowhere.
  if (proto.linedefined > 0) {
    proto.linedefined = sourceLine(lines, proto.linedefined) || proto.linedefined;
    proto.lastlinedefined = sourceLine(lines, proto.lastlinedefined) || proto.lastlinedefined;
  }
}

function rewriteNames(proto: Proto, names: ReadonlyMap<string, string>): void {
  const original = (name: ByteString | null): ByteString | null => {
    const known = name === null ? undefined : names.get(name.text);
    return known === undefined || !isByteString(known) ? name : new ByteString(known);
  };
  for (const variable of proto.locvars) variable.varname = original(variable.varname)!;
  for (const upvalue of proto.upvalues) upvalue.name = original(upvalue.name);
}
