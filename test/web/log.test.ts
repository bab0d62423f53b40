import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine, styleLine } from '../../src/web/log/ansi.js';
import { writeBigLog } from './big-log.js';
import { startJob } from './example.js';
import { registeredJob, registration } from './history.js';
import { startWeb } from './web-server.js';

const esc = '\u001b';

describe('a line with escape sequences', () => {
  it.each([
    [
      `${esc}[31mred${esc}[0m plain`,
      [
        ['red', 'fg1'],
        [' plain', ''],
      ],
    ],
    [
      `${esc}[1;4;32mok${esc}[22m less`,
      [
        ['ok', 'fg2 bold underline'],
        [' less', 'fg2 underline'],
      ],
    ],
    [`${esc}[38;5;196mdeep${esc}[39m`, [['deep', 'fg9']]],
    [`${esc}[38;2;0;0;250mblue`, [['blue', 'fg12']]],
    [`${esc}[48;5;2mback${esc}[49m`, [['back', 'bg2']]],
    [`${esc}[7minverse`, [['inverse', 'inverse']]],
    ['10%\r20%\r100%', [['100%', '']]],
    [`${esc}[32m10%\r100%`, [['100%', 'fg2']]],
    ['with a return\r', [['with a return', '']]],
    [`${esc}]8;;http://evil.example${esc}\\link${esc}]8;;${esc}\\`, [['link', '']]],
    [`${esc}[2J${esc}[1;1Hcleared`, [['cleared', '']]],
    ['a\u0007b\u0000c\td', [['abc\td', '']]],
    [
      `cut ${esc}[3`,
      [
        ['cut ', ''],
        ['3', ''],
      ],
    ],
  ])('%j', (line, expected) => {
    expect(styleLine(line).map(({ text, style }) => [text, style])).toEqual(expected);
  });

  it('never keeps an escape or a control character, whatever comes', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(esc, '[', ']', ';', '3', '8', 'm', '\r', '\u0007', 'x', '\u009b'),
    });
    fc.assert(
      fc.property(nasty, (line) => {
        const text = styleLine(line)
          .map((piece) => piece.text)
          .join('');
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(text).toBe(plainLine(line));
      }),
    );
  });
});

const withLog = async (count: number, mark?: (line: number) => string) => {
  const web = await startWeb();
  await web.history.createRepo('a');
  const run = await web.history.push('a');
  await web.history.start(run);
  await web.history.ci(run, registration([registeredJob('big', ['quire/push'], 1)]));
  await startJob(web.history, run, 'big');
  const sh = { jobId: 'big', n: 1, cmd: 'make', cwd: '.', deadlineAtMs: null, location: null };
  await web.history.ci(run, ['sh.started', sh]);
  writeBigLog(web.root, run, 'big', count, mark);
  const address = `/runs/${run}/jobs/big/sh/1`;
  interface LogJson {
    lineCount: number;
    lines: { number: number; text: string }[];
    search: { matches: { number: number; text: string }[]; searchedTo: number; ended: string } | null;
  }
  const log = async (query: string) => (await web.json(`${address}?${query}`)) as LogJson;
  return { web, run, address, log };
};

describe('a log of many lines', () => {
  it('gives any of its lines by number, also while it grows', async () => {
    const { web, run, log } = await withLog(5000);
    for (const from of [1, 2, 255, 256, 257, 512, 4999, 5000]) {
      const { lines } = await log(`from=${from}&count=3`);
      expect(lines[0]).toMatchObject({
        number: from,
        text: expect.stringMatching(new RegExp(`^line ${from} \\.`)),
      });
    }
    const file = join(web.root, 'runs', run, 'jobs/big/sh-1.log');
    appendFileSync(
      file,
      '2026-11-22T15:00:00.000000000Z stderr P and then half a line\n2026-11-22T15:00:00.0',
    );
    const { lineCount, lines } = await log('');
    expect(lineCount).toBe(5001);
    expect(lines.at(-1)).toMatchObject({
      number: 5001,
      stream: 'stderr',
      partial: true,
      text: 'and then half a line',
    });
  });

  it('is searched by the server, page after page', async () => {
    const { log } = await withLog(3000, (n) => (n % 10 === 0 ? `${esc}[31mNEEDLE${esc}[0m (${n})` : ''));
    const first = (await log('q=needle'))!.search!;
    expect(first.matches).toHaveLength(200);
    expect(first.matches[0]).toEqual({ number: 10, text: expect.stringContaining('NEEDLE (10)') });
    expect(first.ended).toBe('enough');
    const second = (await log(`q=needle&qfrom=${first.searchedTo + 1}`)).search!;
    expect(second.matches.map(({ number }) => number)).toEqual(
      Array.from({ length: 100 }, (_, i) => 2010 + i * 10),
    );
    expect(second.ended).toBe('end');
    expect((await log('q=Needle')).search!.matches).toEqual([]);
    expect((await log('q=%5Eline%20(7%7C9)%20')).search!.matches.map(({ number }) => number)).toEqual([7, 9]);
  });

  it('says what is wrong with a pattern, and survives one that never ends', async () => {
    const { web, address, log } = await withLog(20, () => `${'a'.repeat(60)}!`);
    const wrong = await web.get(`${address}?q=(`, { Accept: 'application/json' });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({
      message: expect.stringContaining('expected a regular expression'),
    });
    const endless = log(`q=${encodeURIComponent('(a+)+b')}`);
    expect((await web.get('/health')).status).toBe(200);
    expect((await endless).search!.ended).toBe('time');
  });
});
