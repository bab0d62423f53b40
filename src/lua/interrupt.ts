import type { LuaErrorCode } from './error.js';
import type { LuaPosition } from './vm.js';

/**
 * Ends an evaluation from inside. It is no Lua error: no `pcall` in Lua sees it, and every host function
 * that protects a call hands it on.
 */
export class Interrupt extends Error {
  override readonly name = 'Interrupt';
  readonly code: LuaErrorCode;
  /** Where Lua was, when it was running. */
  readonly position: LuaPosition | undefined;
  /** As a byte string. */
  readonly traceback: string;

  constructor(
    code: LuaErrorCode,
    message: string,
    { position, traceback = '', cause }: { position?: LuaPosition; traceback?: string; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.position = position;
    this.traceback = traceback;
  }
}
