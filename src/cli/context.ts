import type { Command } from 'commander';
import { type Output, processOutput } from './output.js';
import { resolveRoot } from './root.js';

/** What every command is given beside its own arguments. */
export interface CliContext {
  readonly root: string;
  /** True when the command was asked for JSON. */
  readonly json: boolean;
  readonly output: Output;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The context of a command that was called, by its own and the global options. */
export const contextOf = (command: Command): CliContext => {
  const { root, json } = command.optsWithGlobals<{ root?: string; json?: boolean }>();
  return {
    root: resolveRoot(root),
    json: json === true,
    output: processOutput(),
    now: Date.now,
  };
};
