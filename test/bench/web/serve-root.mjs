// The server of the benchmark: the compiled pages on a root, in a process of their own, with every request measured.
// Started with the root as its argument. Tells its address; then answers `costs` (of the requests since it was last
// asked), `usage` (of its process), and `play` (a busy run for some seconds).
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { openStore } from '../../../dist/src/store/index.js';
import { createWebRouter } from '../../../dist/src/web/index.js';

const root = process.argv[2];
const store = openStore(root);
await store.caughtUp;
let costs = [];

const app = express().disable('x-powered-by');
app.use((request, response, next) => {
  const began = performance.now();
  const cpu = process.cpuUsage();
  response.once('finish', () => {
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - began;
    costs.push({ path: request.originalUrl, wallMs, cpuMs: (user + system) / 1000 });
  });
  next();
});
app.get('/empty', (_request, response) => void response.send('nothing'));
const refuse = () => Promise.reject(new Error('the benchmark changes nothing'));
const router = createWebRouter({
  store,
  root,
  url: 'http://127.0.0.1',
  version: '0.0.0',
  operator: 'ann',
  actions: { cancel: refuse, rerun: refuse },
  trust: store.trust,
  report: (error, address) => console.error(address, error),
});
app.use(router);
const server = app.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}`, head: store.head().seq });
});

const usage = () => {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1e6 };
};

/** A run that is busy: ten events and a thousand lines of log a second. */
const play = async ({ runId, jobId, seconds }) => {
  const log = join(root, 'runs', runId, 'jobs', jobId, 'sh-1.log');
  await mkdir(dirname(log), { recursive: true });
  const line = `${new Date().toISOString().slice(0, 23)}000000Z stdout F ${'busy '.repeat(15)}\n`;
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    await appendFile(log, line.repeat(100));
    const message = `step ${tick}`;
    await store.append([{ stream: `run/${runId}`, type: 'job.logged', data: { jobId, message } }], {
      actor: 'ci',
    });
    await sleep(100);
  }
};

process.on('message', async ({ ask, ...request }) => {
  if (ask === 'costs') {
    process.send({ costs });
    costs = [];
  } else if (ask === 'usage') {
    process.send(usage());
  } else {
    const before = usage();
    await play(request);
    const after = usage();
    process.send({ cpuMs: after.cpuMs - before.cpuMs, rssMb: after.rssMb - before.rssMb });
  }
});
process.on('disconnect', async () => {
  router.close();
  server.closeAllConnections();
  server.close();
  await store.close();
});
