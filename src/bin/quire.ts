#!/usr/bin/env node
// `--version` is answered before anything else is loaded, and each command loads what it needs when it is called.
if (process.argv[2] === '--version' && process.argv.length === 3) {
  const { version } = await import('../cli/version.js');
  process.stdout.write(`${version()}\n`);
} else {
  const { main } = await import('../cli/index.js');
  await main(process.argv.slice(2));
}
