import { DamagedDatabaseError, damagedRemedy, type StoreReader } from '../../store/index.js';
import type { CliContext } from '../context.js';
import { type ExitCode, exitCode } from '../exit-code.js';
import { withReader } from '../read-store.js';
import { allChecks } from './checks.js';
import { filesChecks } from './files-checks.js';
import { type Check, type Problem, readableRemedy } from './problem.js';
import { type Repairs, repairProblems } from './repair-problems.js';

/** `quire doctor [--fix]`: exit 1 while a problem is left. */
export const doctor = async (context: CliContext, fix: boolean): Promise<ExitCode> => {
  const before = await examine(context);
  const problems = before.flatMap((examined) => examined.problems);
  if (!fix || problems.every(({ repair }) => repair === undefined)) return tell(context, before, nothing);
  const repairs = await repairProblems(problems);
  return tell(context, await examine(context), repairs);
};

const nothing: Repairs = { repaired: [], failed: [] };

interface Examined {
  readonly check: string;
  readonly problems: readonly Problem[];
}

const examine = async (context: CliContext): Promise<Examined[]> => {
  try {
    return await withReader(context.root, (reader) => examineWith(allChecks(context), reader));
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError)) throw error;
    return examineDamaged(context, error);
  }
};

/** What needs no database, and that there is none that can be read. */
const examineDamaged = async ({ root }: CliContext, error: DamagedDatabaseError): Promise<Examined[]> => {
  const files: Examined[] = [];
  for (const { name, run } of filesChecks(root)) {
    files.push({ check: name, problems: await problemsOf(run) });
  }
  const what = `${error.path} cannot be read (SQLite: ${error.problem}), so nothing in it could be looked at`;
  return [...files, { check: 'the database can be opened', problems: [{ what, remedy: damagedRemedy }] }];
};

const examineWith = async (checks: readonly Check[], reader: StoreReader): Promise<Examined[]> => {
  const examined: Examined[] = [];
  for (const { name, run } of checks) {
    examined.push({ check: name, problems: await problemsOf(() => run(reader)) });
  }
  return examined;
};

/** In a damaged database, or at a file that cannot be read, one check cannot be done; the others still tell something. */
const problemsOf = async (run: () => ReturnType<Check['run']>): Promise<readonly Problem[]> => {
  try {
    return await run();
  } catch (error) {
    const remedy = remedyOf(error as Error);
    if (remedy === undefined) throw error;
    return [{ what: `this could not be looked at: ${(error as Error).message}`, remedy }];
  }
};

const remedyOf = (error: Error): string | undefined => {
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && code.startsWith('SQLITE_')) return damagedRemedy;
  if ('syscall' in error) return readableRemedy;
  return undefined;
};

const tell = async (
  { json, output }: CliContext,
  examined: readonly Examined[],
  { repaired, failed }: Repairs,
): Promise<ExitCode> => {
  const isWell = examined.every(({ problems }) => problems.length === 0);
  if (json) {
    const shown = examined.map(({ check, problems }) => ({
      check,
      problems: problems.map(({ what, remedy }) => ({ what, remedy })),
    }));
    await output.document({ ok: isWell, checks: shown, repaired, notRepaired: failed });
    return isWell ? exitCode.ok : exitCode.no;
  }
  for (const what of repaired) await output.line(`${output.style.yellow('repaired')}  ${what}`);
  for (const { what, why } of failed) {
    await output.line(`${output.style.red('not repaired')}  ${what}`);
    await output.line(`    ${why}`);
  }
  for (const { check, problems } of examined) {
    const { style } = output;
    await output.line(`${problems.length === 0 ? style.green('✓') : style.red('✗')} ${check}`);
    for (const { what, remedy } of problems) {
      await output.line(`  ${what}`);
      await output.line(style.dim(`    remedy: ${remedy}`));
    }
  }
  return isWell ? exitCode.ok : exitCode.no;
};
