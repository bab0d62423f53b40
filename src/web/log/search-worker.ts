import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { CriDecoder } from '../../logs/index.js';
import { plainLine } from './ansi.js';
import type { LogMatch, SearchRequest } from './search.js';

// A thread of its own: a regular expression that never comes to an end can be ended from outside.

const chunkBytes = 4 << 20;

const { path, pattern, flags, fromLine, maxMatches } = workerData as SearchRequest;
const expression = new RegExp(pattern, flags);
const decoder = new CriDecoder();
const buffer = Buffer.allocUnsafe(chunkBytes);
const file = openSync(path, 'r');
let number = 0;
let found = 0;
try {
  for (;;) {
    const bytesRead = readSync(file, buffer);
    if (bytesRead === 0) break;
    const matches: LogMatch[] = [];
    for (const line of decoder.push(buffer.subarray(0, bytesRead))) {
      number += 1;
      if (number < fromLine) continue;
      const raw = line.text.toString('utf8');
      const text = raw.includes('\u001b') || raw.includes('\r') ? plainLine(raw) : raw;
      if (!expression.test(text)) continue;
      matches.push({ number, text: text.slice(0, 500) });
      found += 1;
      if (found >= maxMatches) break;
    }
    parentPort!.postMessage({ matches, searchedTo: number, isEnd: false });
    if (found >= maxMatches) break;
  }
  parentPort!.postMessage({ matches: [], searchedTo: number, isEnd: found < maxMatches });
} finally {
  closeSync(file);
}
