import { repoStream } from '../../src/events/index.js';
import { openStore } from '../../src/store/index.js';

/** A process of its own that opens the root of its first argument, appends the repository of its second, and stays. */
const [root, name] = process.argv.slice(2);
const store = openStore(root!);
const [event] = await store.append([{ stream: repoStream(name!), type: 'repo.created', data: {} }], {
  actor: 'operator:ann',
});
process.stdout.write(`stored ${event!.seq}\n`);
process.stdin.resume();
process.stdin.on('end', async () => {
  await store.close();
});
