import { randomBytes } from 'node:crypto';
import { bench, describe } from 'vitest';
import { createRedactor } from '../../src/secrets/index.js';

/** 64 MiB of 80-byte lines in pieces of 64 KiB, as a pipe gives them; one iteration redacts all of it. */
const line = Buffer.from(`${'the quick brown fox jumps over the lazy dog, '.repeat(2).slice(0, 79)}\n`);
const piece = Buffer.alloc(65_536, line);
const pieces = 1024;

const secrets = (count: number, bytes: number) =>
  Array.from({ length: count }, () => randomBytes(bytes / 2).toString('hex'));

const redactAll = (values: string[]) => {
  const redactor = createRedactor(values);
  return () => {
    const stream = redactor.stream();
    let size = 0;
    for (let i = 0; i < pieces; i += 1) size += stream.push(piece).length;
    size += stream.flush().length;
    if (size !== pieces * piece.length) throw new Error('bytes were lost');
  };
};

describe('redacting 64 MiB', () => {
  const options = { time: 1000, warmupTime: 200 };
  bench('no secret', redactAll([]), options);
  bench('one secret of 40 bytes', redactAll(secrets(1, 40)), options);
  bench('thirty secrets of 40 bytes', redactAll(secrets(30, 40)), options);
  bench('one secret of 4 bytes', redactAll(['qzxk']), options);
  bench('one key of 40 lines', redactAll([secrets(40, 64).join('\n')]), options);
});
