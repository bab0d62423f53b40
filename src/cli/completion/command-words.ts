import type { Command } from 'commander';

/** What may follow a command: the words a completion offers there. */
export interface CommandWords {
  /** The command as typed, without `quire`: `''`, `run`, `run show`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

export interface Word {
  readonly word: string;
  readonly description: string;
}

/** Every command of the program with the words that may follow it, parents first. */
export const commandWords = (program: Command): CommandWords[] => {
  const globals = optionWords(program).filter(({ word }) => word !== '--version');
  const walk = (command: Command, path: string): CommandWords[] => {
    const own = command === program ? optionWords(program) : [...optionWords(command), ...globals];
    const children = command.commands.map((child) => ({
      word: child.name(),
      description: child.description(),
    }));
    return [
      { path, commands: children, options: own },
      ...command.commands.flatMap((child) =>
        walk(child, path === '' ? child.name() : `${path} ${child.name()}`),
      ),
    ];
  };
  return walk(program, '');
};

const optionWords = (command: Command): Word[] =>
  command.options
    .filter(({ long, hidden }) => long !== undefined && !hidden)
    .map(({ long, description }) => ({ word: long!, description }));
