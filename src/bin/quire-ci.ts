#!/usr/bin/env node
const usage = `quire-ci executes one run of quire. It is started by the server.

  quire-ci            waits for its run: one line of JSON on standard input
  quire-ci --version
  quire-ci --help
`;

const [argument, ...rest] = process.argv.slice(2);

if (argument === undefined) {
  const { main } = await import('../ci/index.js');
  process.exit(await main());
} else if (argument === '--version' && rest.length === 0) {
  const { version } = await import('../cli/version.js');
  process.stdout.write(`${version()}\n`);
} else if (argument === '--help' && rest.length === 0) {
  process.stdout.write(usage);
} else {
  process.stderr.write(`quire-ci: unexpected argument ${JSON.stringify(argument)}\n${usage}`);
  process.exitCode = 2;
}
