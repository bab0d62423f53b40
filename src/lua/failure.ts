import { toText } from './bytes.js';
import type { Core } from './core.js';
import { mapMessage } from './debug-info.js';
import type { ByteString } from './engine/byte-string.js';
import { textOf } from './engine/concat.js';
import { metafield } from './engine/metafield.js';
import { noteOf, STACK_OVERFLOW } from './engine/raise.js';
import type { State, TValue } from './engine/state.js';
import type { Table } from './engine/table.js';
import { NIL, STATUS_NATIVE, STRING, TABLE } from './engine/tags.js';
import { typeName } from './engine/type-name.js';
import { LuaError } from './error.js';
import { innermostPosition, traceback } from './traceback.js';
import type { LuaPosition } from './vm.js';

/** The error that ended a thread, for the host. */
export function failure(core: Core, thread: State, status: number): LuaError {
  // Not even an error value could be made.
  if (status === STATUS_NATIVE) {
    return new LuaError({
      code: 'stack-overflow',
      message: STACK_OVERFLOW,
    });
  }
  const slot = thread.stack[thread.top - 1]!;
  const note = noteOf(slot.value);
  const message = toText(mapped(core, spoken(core, thread, slot)));
  return new LuaError({
    code: note?.code ?? 'runtime',
    message,
    value: core.handles.toHost(slot),
    traceback: toText(mapped(core, traceback(core.names, thread.ci, thread))),
    cause: note?.cause,
    ...(positionIn(message, core.chunkNames) ?? innermostPosition(thread.ci, thread)),
  });
}

/** As `describe`, but a value with `__tostring` speaks for itself, if it can. */
function spoken(core: Core, thread: State, slot: TValue): string {
  if (core.isSpeaking || metafield(thread, slot, '__tostring').type === NIL) return describe(slot);
  core.isSpeaking = true;
  try {
    return core.vm.tostring(core.handles.toHost(slot));
  } catch (error) {
    if (error instanceof LuaError) return describe(slot);
    throw error;
  } finally {
    core.isSpeaking = false;
  }
}

/** What an error value says to people, as a byte string; a table may say it in its field `message`. */
export function describe(slot: TValue): string {
  const text = textOf(slot);
  if (text !== undefined) return text;
  if (slot.type === TABLE) {
    const message = (slot.value as Table).getString('message');
    if (message.type === STRING) return (message.value as ByteString).text;
  }
  return `(error object is a ${typeName(slot)} value)`;
}

function mapped(core: Core, message: string): string {
  let text = message;
  for (const [chunkName, lineMap] of core.lineMaps) text = mapMessage(text, chunkName, lineMap);
  return text;
}

/** The position a message begins with, as `error` and the engine write it, if it is one in these chunks. */
export function positionIn(message: string, chunkNames: ReadonlySet<string>): LuaPosition | undefined {
  for (const match of message.slice(0, MAX_PREFIX).matchAll(/:([0-9]+): /g)) {
    const file = message.slice(0, match.index);
    if (chunkNames.has(file)) return { file, line: Number(match[1]) };
  }
  return undefined;
}

/** A position stands at the very beginning; no chunk has a longer name. */
const MAX_PREFIX = 4096;
