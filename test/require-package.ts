/**
 * Whether a suite that needs a Debian package may run. Without the package the suite is skipped with this
 * reason, unless `QUIRE_TEST_REQUIRE=all`, under which a missing package is a failure:
 *
 *     describe.skipIf(requirePackage('chromium', existsSync('/usr/bin/chromium')))('a page', …)
 *
 * Returns true when the suite is to be skipped.
 */
export const requirePackage = (name: string, present: boolean): boolean => {
  if (present) return false;
  const reason = `the package ${name} is not installed (apt-get install ${name})`;
  if (process.env.QUIRE_TEST_REQUIRE === 'all') {
    throw new Error(`QUIRE_TEST_REQUIRE=all, and ${reason}`);
  }
  console.warn(`skipped: ${reason}`);
  return true;
};
