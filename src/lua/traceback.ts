import { toText } from './bytes.js';
import { defs, ldebug } from './engine/fengari.js';
import { chunkName, currentLine } from './engine/raise.js';
import type { CallInfo, CClosure, HostCode, State } from './engine/state.js';
import { FRAME_IS_LUA, FRAME_TAIL, HOST_CLOSURE } from './engine/tags.js';
import type { LuaPosition } from './vm.js';

/** The names host functions were registered with. */
export type FunctionNames = WeakMap<HostCode, string>;

/** Levels shown at the inner and at the outer end of a long traceback, as in Lua. */
const INNER_LEVELS = 10;
const OUTER_LEVELS = 11;

/** Lua's traceback of a thread from the frame `ci` outwards, as a byte string. */
export function traceback(names: FunctionNames, ci: CallInfo, thread: State): string {
  const frames = framesFrom(ci, thread);
  const describe = (frame: CallInfo) => describeFrame(names, frame, thread);
  const skipped = frames.length - INNER_LEVELS - OUTER_LEVELS;
  const lines =
    skipped <= 0
      ? frames.map(describe)
      : [
          ...frames.slice(0, INNER_LEVELS).map(describe),
          `...\t(${skipped} levels)`,
          ...frames.slice(-OUTER_LEVELS).map(describe),
        ];
  return ['stack traceback:', ...lines].join('\n\t');
}

/** Position of a Lua frame, when its chunk has line information. */
export function positionOf(frame: CallInfo): LuaPosition | undefined {
  const line = currentLine(frame);
  return line === undefined ? undefined : { file: toText(chunkName(frame)), line };
}

/** Position of the first Lua frame from `ci` outwards. */
export function innermostPosition(ci: CallInfo, thread: State): LuaPosition | undefined {
  for (let frame: CallInfo | null = ci; frame !== null && frame !== thread.base_ci; frame = frame.previous) {
    if (isLua(frame)) return positionOf(frame);
  }
  return undefined;
}

export function luaFrames(ci: CallInfo, thread: State): CallInfo[] {
  return framesFrom(ci, thread).filter(isLua);
}

export function framesFrom(ci: CallInfo, thread: State): CallInfo[] {
  const frames: CallInfo[] = [];
  for (let frame: CallInfo | null = ci; frame !== null && frame !== thread.base_ci; frame = frame.previous) {
    frames.push(frame);
  }
  return frames;
}

/** The name a host function was registered with. */
export function hostFunctionName(names: FunctionNames, frame: CallInfo): string | undefined {
  if (isLua(frame)) return undefined;
  const { type, value } = frame.func;
  return names.get(type === HOST_CLOSURE ? (value as CClosure).f : (value as HostCode));
}

function isLua(frame: CallInfo): boolean {
  return (frame.callstatus & FRAME_IS_LUA) !== 0;
}

function describeFrame(names: FunctionNames, frame: CallInfo, thread: State): string {
  const place = isLua(frame) ? `${chunkName(frame)}:${currentLine(frame) ?? '?'}` : '[host]';
  const tail = frame.callstatus & FRAME_TAIL ? '\n\t(...tail calls...)' : '';
  return `${place}: in ${describeFunction(names, frame, thread)}${tail}`;
}

function describeFunction(names: FunctionNames, frame: CallInfo, thread: State): string {
  const info = new defs.lua_Debug();
  info.i_ci = frame;
  ldebug.lua_getinfo(thread, 'Sn', info);
  const registered = hostFunctionName(names, frame);
  if (registered !== undefined) return `function '${registered}'`;
  const kind = Buffer.from(info.namewhat).toString('latin1');
  if (kind !== '' && info.name !== null) {
    return `${kind === 'global' ? 'function' : kind} '${Buffer.from(info.name).toString('latin1')}'`;
  }
  if (!isLua(frame)) return '?';
  if (info.linedefined === 0) return 'main chunk';
  return `function <${chunkName(frame)}:${info.linedefined}>`;
}
