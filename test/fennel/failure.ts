import { type CompileOptions, compile, FennelError } from '../../src/fennel/index.js';

/** The FennelError that compiling fails with; fails itself when the source compiles. */
export function failure(source: string, options: Partial<CompileOptions> = {}): FennelError {
  try {
    compile(source, { filename: 'test.fnl', ...options });
  } catch (error) {
    if (error instanceof FennelError) return error;
    throw error;
  }
  throw new Error(`${source} was compiled`);
}
