import type { LuaValue } from './vm.js';

/**
 * What went wrong, as a word to switch on.
 *
 * - `syntax`: the chunk does not parse.
 * - `runtime`: Lua code raised an error, or a host function threw.
 * - `cpu-limit`, `memory-limit`: the evaluation was ended; no `pcall` can catch these.
 * - `string-limit`, `coroutine-limit`, `stack-overflow`: an operation was refused; `pcall` can catch these.
 * - `await-forbidden`: a host function wanted to wait where the coroutine cannot yield.
 * - `canceled`: the signal given to `call` was aborted; no `pcall` can catch this.
 * - `closed`: the VM was closed, or the handle belongs to another VM.
 * - `conversion`: a value cannot cross the border between Lua and the host.
 */
export type LuaErrorCode =
  | 'syntax'
  | 'runtime'
  | 'cpu-limit'
  | 'memory-limit'
  | 'string-limit'
  | 'coroutine-limit'
  | 'stack-overflow'
  | 'await-forbidden'
  | 'canceled'
  | 'closed'
  | 'conversion';

export interface LuaErrorFields {
  code: LuaErrorCode;
  message: string;
  traceback?: string;
  value?: LuaValue;
  file?: string;
  line?: number;
  cause?: unknown;
}

/**
 * Every failure of the VM. A host function may throw one to raise `value` in Lua (or `message`, when
 * there is no value); any other exception of a host function becomes a Lua error with its message, and
 * comes back to the host as `cause`.
 */
export class LuaError extends Error {
  override readonly name = 'LuaError';
  readonly code: LuaErrorCode;
  /** Lua's stack traceback at the point of the error, with source lines; empty when no Lua code ran. */
  readonly traceback: string;
  /** The value given to `error`, exactly; a string error carries its position as in Lua. */
  readonly value: LuaValue;
  /** Chunk name and line of the error, as UTF-8 text and from 1, when a position is known. */
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(fields: LuaErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.traceback = fields.traceback ?? '';
    this.value = fields.value;
    this.file = fields.file;
    this.line = fields.line;
  }
}
