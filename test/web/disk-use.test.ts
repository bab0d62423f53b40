import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createFolderMeter } from '../../src/web/disk/folder-meter.js';
import { measureFolders } from '../../src/web/disk/measure-folders.js';
import { temporaryRoot } from '../store/temporary-store.js';
import { manualClock } from './example.js';
import { openLivePage } from './read-events-stream.js';
import { startWeb } from './web-server.js';

interface Disk {
  readonly disk: {
    readonly folders: { runsBytes: number; blobsBytes: number; reposBytes: number; atMs: number } | null;
    readonly foldersProblem: string | null;
  };
}

const writeBytes = (root: string, folder: string, name: string, bytes: number): void => {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, name), randomBytes(bytes));
};

describe('the sizes of folders', () => {
  it('are those of their files on disk, and zero for folders that are not there', async () => {
    const root = temporaryRoot();
    expect(await measureFolders(root).sizes).toEqual({ runsBytes: 0, blobsBytes: 0, reposBytes: 0 });
    writeBytes(root, 'runs/a/jobs/build', 'sh-1.log', 3_000_000);
    writeBytes(root, 'blobs', '-s', 500_000);
    const { runsBytes, blobsBytes, reposBytes } = await measureFolders(root).sizes;
    expect(runsBytes).toBeGreaterThanOrEqual(3_000_000);
    expect(runsBytes).toBeLessThan(3_200_000);
    expect(blobsBytes).toBeGreaterThanOrEqual(500_000);
    expect(blobsBytes).toBeLessThan(700_000);
    expect(reposBytes).toBe(0);
  });

  it('are not told by a measurement that was ended', async () => {
    const root = temporaryRoot();
    writeBytes(root, 'runs', 'a', 1);
    const { process, sizes } = measureFolders(root);
    process.kill('SIGKILL');
    await expect(sizes).rejects.toThrow(`du ended with SIGKILL and told no size of ${join(root, 'runs')}`);
  });
});

describe('the meter of folders', () => {
  it('measures for who asks, and again only when that is five minutes old', async () => {
    const root = temporaryRoot();
    const clock = manualClock(1_000_000);
    const meter = createFolderMeter(root, clock.now);
    expect(meter.ask()).toEqual({ folders: null, problem: null });
    const first = await vi.waitUntil(() => meter.last().folders);
    expect(first).toEqual({ runsBytes: 0, blobsBytes: 0, reposBytes: 0, atMs: 1_000_000 });
    writeBytes(root, 'blobs', 'b', 100_000);
    clock.advance(299_999);
    expect(meter.ask().folders).toBe(first);
    clock.advance(1);
    expect(meter.ask().folders).toBe(first);
    await vi.waitUntil(() => meter.last().folders !== first);
    expect(meter.last().folders).toMatchObject({ atMs: 1_300_000 });
    expect(meter.last().folders!.blobsBytes).toBeGreaterThanOrEqual(100_000);
  });

  it('begins nothing after it was closed', async () => {
    const meter = createFolderMeter(temporaryRoot(), () => 0);
    meter.close();
    expect(meter.ask()).toEqual({ folders: null, problem: null });
  });
});

describe('disk use', () => {
  it('is on the page of operations as soon as it is known, in its JSON and in the metrics', async () => {
    const web = await startWeb();
    writeBytes(web.root, 'runs/a', 'log', 2_000_000);
    expect(await web.text('/operations')).toMatch(/<dt>Folders<\/dt><dd>.*(being measured|logs)/);
    const live = await openLivePage(`${web.url}/operations?seq=0`);
    await live.next(({ data }) => data.includes('2.0 MB of logs and workspaces'));
    live.close();
    const { disk } = (await web.json('/operations')) as Disk;
    expect(disk.folders!.runsBytes).toBeGreaterThanOrEqual(2_000_000);
    expect(disk.foldersProblem).toBeNull();
    const metrics = await web.text('/metrics');
    expect(metrics).toContain(`quire_disk_bytes{part="runs"} ${disk.folders!.runsBytes}\n`);
    expect(metrics).toMatch(/quire_disk_bytes\{part="database"\} [1-9]\d+\n/);
    expect(metrics).toMatch(/quire_disk_free_bytes [1-9]/);
  });
});
