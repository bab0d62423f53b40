import { Command } from 'commander';
import { exitCodeMeanings } from './exit-code.js';
import { register as registerBackup } from './backup/register.js';
import { register as registerCi } from './ci/register.js';
import { register as registerCompletion } from './completion/register.js';
import { register as registerDemo } from './demo/register.js';
import { register as registerDoctor } from './doctor/register.js';
import { register as registerEvents } from './events/register.js';
import { register as registerHook } from './hook/register.js';
import { register as registerProjections } from './projections/register.js';
import { register as registerReplay } from './replay/register.js';
import { register as registerRepo } from './repo/register.js';
import { rootRule } from './root.js';
import { register as registerRun } from './run/register.js';
import { register as registerServe } from './serve/register.js';
import { register as registerVerify } from './verify/register.js';
import { version } from './version.js';

/** In the order of the help text. */
const groups = [
  registerServe,
  registerRepo,
  registerRun,
  registerReplay,
  registerCi,
  registerVerify,
  registerEvents,
  registerProjections,
  registerBackup,
  registerDoctor,
  registerDemo,
  registerCompletion,
  registerHook,
];

/** The whole command line, with nothing but its words loaded: each command loads its own work when called. */
export const buildProgram = (): Command => {
  const program = new Command('quire')
    .description('a CI server for bare git repositories: every push, transition, job and command is an event')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('--root <dir>', `the data root (default: ${rootRule.replace('--root DIR, else ', '')})`)
    .option('--json', 'print JSON: one document, or NDJSON where it streams')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help after a command explains it)')
    .addHelpText('after', () => `\nExit codes:\n${exitCodeText()}`);
  for (const register of groups) register(program);
  return program;
};

const exitCodeText = (): string =>
  exitCodeMeanings
    .map(([code, meaning]) => `  ${String(code).padStart(3)}  ${wrap(meaning, 73).join('\n       ')}`)
    .join('\n');

const wrap = (text: string, width: number): string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};
