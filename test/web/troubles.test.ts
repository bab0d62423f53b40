import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { databasePath, type ProjectionStatus, type Trust } from '../../src/store/index.js';
import { createTroubles } from '../../src/web/trust/troubles.js';
import { startWeb } from './web-server.js';

interface Home {
  readonly troubles: string[];
}

const roomy = { databaseBytes: 0, walBytes: 0, freeBytes: 5e9, spooledPushes: 0, rejectedPushes: 0 };

const trustOf = (given: Partial<Record<'lastCheck' | 'lastVerify' | 'projections', unknown>>): Trust =>
  ({
    lastCheck: () => given.lastCheck ?? null,
    lastVerify: () => given.lastVerify ?? null,
    projections: () => given.projections ?? [],
  }) as unknown as Trust;

const projection = (given: Partial<ProjectionStatus>) => ({ state: 'current', error: null, ...given });

describe('the line of health', () => {
  it.each([
    ['a server that has not looked yet', trustOf({}), roomy, []],
    ['one that keeps no account', undefined, roomy, []],
    [
      'whole history',
      trustOf({
        lastCheck: { problem: null, differences: [] },
        lastVerify: { problem: null, report: { findings: [] } },
      }),
      roomy,
      [],
    ],
    [
      'rows that differ',
      trustOf({ lastCheck: { problem: null, differences: [{}] } }),
      roomy,
      ['rows are not what the events say'],
    ],
    [
      'a check that failed',
      trustOf({ lastCheck: { problem: 'gone', differences: [] } }),
      roomy,
      ['rows could not be compared with the events'],
    ],
    [
      'a chain that was not read',
      trustOf({ lastVerify: { problem: 'gone', report: null } }),
      roomy,
      ['the chain of events could not be read'],
    ],
    [
      'a rebuild',
      trustOf({ projections: [projection({ state: 'rebuilding' })] }),
      roomy,
      ['read models are being rebuilt'],
    ],
    [
      'a rebuild that stopped',
      trustOf({ projections: [projection({ state: 'outdated', error: 'x' })] }),
      roomy,
      ['a rebuild of read models stopped'],
    ],
    ['rejected pushes', undefined, { ...roomy, rejectedPushes: 2 }, ['2 pushes were rejected']],
    ['a full disk', undefined, { ...roomy, freeBytes: 2e8 }, ['200 MB are left on the disk']],
  ])('of %s', (_name, trust, disk, expected) => {
    expect(createTroubles(trust, () => 0)(disk)).toEqual(expected);
  });

  it('asks where the read models stand every five seconds, not for every page', () => {
    let nowMs = 0;
    let asked = 0;
    const projections = () => {
      asked += 1;
      return [projection({ state: asked === 1 ? 'rebuilding' : 'current' })];
    };
    const trust = { ...trustOf({}), projections } as unknown as Trust;
    const troublesOf = createTroubles(trust, () => nowMs);
    const first = troublesOf(roomy);
    nowMs = 4999;
    expect(troublesOf(roomy)).toEqual(first);
    nowMs = 5000;
    expect([troublesOf(roomy), asked]).toEqual([[], 2]);
  });

  it('stands on the first page for who may see it, and leads to where it is explained', async () => {
    const web = await startWeb();
    await web.history.createRepo('a');
    await web.history.push('a');
    expect(await web.json('/')).toMatchObject({ troubles: [] });
    const db = new Database(databasePath(web.root));
    db.exec(`UPDATE runs SET subject = 'another'`);
    db.close();
    mkdirSync(join(web.root, 'spool/rejected'), { recursive: true });
    writeFileSync(join(web.root, 'spool/rejected/a.json'), '');
    await web.store.trust.runCheck();
    expect(((await web.json('/')) as Home).troubles).toEqual([
      'rows are not what the events say',
      '1 push was rejected',
    ]);
    expect(await web.text('/')).toContain(
      '<a href="/operations">Rows are not what the events say; 1 push was rejected.</a>',
    );
    const stranger = await web.get('/', { Accept: 'application/json', 'X-Forwarded-For': '10.0.0.1' });
    expect(((await stranger.json()) as Home).troubles).toEqual([]);
  });
});
