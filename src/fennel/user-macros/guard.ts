import { fromText, LuaError } from '../../lua/index.js';
import { FennelError } from '../errors.js';
import { NotCode } from './code-data.js';
import type { Running } from './environment.js';

/** Runs something of a macro; what goes wrong in it becomes an error at the form that runs the macro. */
export function guard<Result>({ c, form }: Running, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof NotCode) {
      return c.fail(error.code, error.message, form, 'a macro gives lists, symbols, tables and plain values');
    }
    if (!(error instanceof LuaError)) throw error;
    if (error.cause instanceof FennelError) throw error.cause;
    const isLimit = error.code !== 'runtime' && error.code !== 'syntax';
    return c.fail(
      isLimit ? 'macro-limit' : 'macro-error',
      fromText(error.message),
      form,
      isLimit
        ? 'macro code runs under limits of its own'
        : 'the macro itself has failed: read it, or call it otherwise',
    );
  }
}
