import { toText } from './bytes.js';
import type { Core } from './core.js';
import { mapMessage, rewriteDebugInfo } from './debug-info.js';
import { lapi, TValueClass } from './engine/fengari.js';
import { pop } from './engine/stack.js';
import type { LClosure } from './engine/state.js';
import { LUA_FUNCTION, STATUS_OK, TABLE } from './engine/tags.js';
import { LuaError } from './error.js';
import { checkBytes } from './handle.js';
import { describe, positionIn } from './failure.js';
import type { Chunk, LuaFunction } from './vm.js';

/** Compiles a chunk; see `Vm.load`. Only text is accepted, never bytecode. */
export function load(core: Core, chunk: Chunk): LuaFunction {
  core.checkOpen();
  checkBytes(chunk.chunkName);
  checkBytes(chunk.lua);
  const name = Buffer.from(`@${chunk.chunkName}`, 'latin1');
  const status = lapi.lua_load(core.state, once(Buffer.from(chunk.lua, 'latin1')), null, name, 't');
  const result = pop(core.state);
  core.chunkNames.add(toText(chunk.chunkName));
  if (status !== STATUS_OK) throw syntaxError(core, chunk, describe(result));
  const closure = result.value as LClosure;
  const environment = chunk.env === undefined ? core.globals : core.handles.toSlot(chunk.env).value;
  closure.upvals[0]?.setfrom(new TValueClass(TABLE, environment));
  if (!rewriteDebugInfo(closure.p, chunk) && chunk.lineMap !== undefined) {
    core.lineMaps.set(chunk.chunkName, chunk.lineMap);
  }
  return core.handles.toHost(new TValueClass(LUA_FUNCTION, closure)) as LuaFunction;
}

/** A reader that gives the whole text at its first call. */
function once(text: Uint8Array): () => Uint8Array | null {
  let left: Uint8Array | null = text;
  return () => {
    const given = left;
    left = null;
    return given;
  };
}

function syntaxError(core: Core, chunk: Chunk, message: string): LuaError {
  const mapped = chunk.lineMap === undefined ? message : mapMessage(message, chunk.chunkName, chunk.lineMap);
  const text = toText(mapped);
  return new LuaError({ code: 'syntax', message: text, value: mapped, ...positionIn(text, core.chunkNames) });
}
