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
export function rewriteDebugInfo(proto: unknown, map: SourceMap): boolean {
  if (!isProto(proto)) return false;
  const lines = map.lineMap;
  const names = map.localNames;
  if (lines !== undefined) rewriteLines(proto, lines);
  if (names !== undefined) rewriteNames(proto, names);
  return proto.p.every((inner) => rewriteDebugInfo(inner, map));
}

/** Replaces `chunk:line` by the source's line, in messages of chunks whose debug information was left alone. */
export function mapMessage(message: string, chunkName: string, lineMap: readonly number[]): string {
  const escaped = chunkName.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return message.replace(
    new RegExp(`(^|[\\s<])${escaped}:([0-9]+)(?=[:>])`, 'g'),
    (all, before: string, line: string) => {
      const source = sourceLine(lineMap, Number(line));
      return source === 0 ? all : `${before}${chunkName}:${source}`;
    },
  );
}

/** The source line of a Lua line; the nearest one known before it, when its own is not. 0: none. */
export function sourceLine(lineMap: readonly number[], line: number): number {
  for (let at = Math.min(line, lineMap.length); at >= 1; at--) {
    const source = lineMap[at - 1];
    if (source !== undefined && source > 0) return source;
  }
  return 0;
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

function rewriteLines(proto: Proto, lineMap: readonly number[]): void {
  const { lineinfo } = proto;
  for (let pc = 0; pc < lineinfo.length; pc++) lineinfo[pc] = sourceLine(lineMap, lineinfo[pc]!);
  // 0 marks a main chunk, whose function is defined nowhere.
  if (proto.linedefined > 0) {
    proto.linedefined = sourceLine(lineMap, proto.linedefined) || proto.linedefined;
    proto.lastlinedefined = sourceLine(lineMap, proto.lastlinedefined) || proto.lastlinedefined;
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
