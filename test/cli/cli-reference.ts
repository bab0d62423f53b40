import type { Command, Option } from 'commander';
import { exitCodeMeanings } from '../../src/cli/exit-code.js';
import { buildProgram } from '../../src/cli/program.js';

const begin = '<!-- made from the program: QUIRE_UPDATE_DOCS=1 npx vitest run test/cli/docs -->';
const end = '<!-- end of what is made from the program -->';

/** docs/CLI.md with its reference as the program itself tells it; the prose around it stays. */
export const withReference = (text: string): string => {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/CLI.md has lost the lines ${begin} and ${end}`);
  return `${text.slice(0, from)}${begin}\n\n${reference()}\n${text.slice(to)}`;
};

const reference = (): string => {
  const program = buildProgram();
  const globals = ['### Options of every command', '', ...optionRows(program.options), ''];
  const codes = ['### Exit codes', '', '| code | meaning |', '|---|---|', ...codeRows(), ''];
  return [...globals, ...program.commands.flatMap((command) => section(command, 'quire')), ...codes].join(
    '\n',
  );
};

const codeRows = (): string[] => exitCodeMeanings.map(([code, meaning]) => `| ${code} | ${meaning} |`);

const section = (command: Command, parent: string): string[] => {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((child) => section(child, name));
  const args = command.registeredArguments;
  const usage = [name, ...args.map((arg) => (arg.required ? `<${arg.name()}>` : `[${arg.name()}]`))].join(
    ' ',
  );
  return [
    `### \`${usage}\``,
    '',
    `${sentence(command.description())}`,
    '',
    ...args.map((arg) => `- \`${arg.name()}\`: ${arg.description}${defaultText(arg.defaultValue)}`),
    ...(args.length > 0 ? [''] : []),
    ...(command.options.length > 0 ? [...optionRows(command.options), ''] : []),
  ];
};

const optionRows = (options: readonly Option[]): string[] => [
  '| option | meaning |',
  '|---|---|',
  ...options.map(
    ({ flags, description, defaultValue }) =>
      `| \`${flags}\` | ${description.replaceAll('|', '\\|')}${defaultText(defaultValue)} |`,
  ),
];

const defaultText = (value: unknown): string => (value === undefined ? '' : ` (default: ${String(value)})`);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
