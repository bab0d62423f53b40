import { describe, expect, it } from 'vitest';
import { fileSystemOf, NetworkFileSystemError } from '../../src/store/index.js';
import { refuseNetworkFileSystem } from '../../src/store/database/file-system.js';
import { temporaryRoot } from './temporary-store.js';

const mountinfo = `22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:26 / /proc rw,nosuid shared:12 - proc proc rw
41 22 0:40 / /home rw,relatime shared:20 - nfs4 files:/home rw,vers=4.2
42 22 0:41 / /home/ci rw,relatime - ext4 /dev/sdb1 rw
43 22 0:42 / /srv/team\\040share rw,relatime master:3 - cifs //nas/share rw
44 22 0:43 / /srv/over rw - tmpfs tmpfs rw
45 22 0:44 / /srv/over rw - fuse.sshfs host: rw
46 22 0:45 / /mnt rw - 9p host rw
`;

describe('the file system of a root', () => {
  it.each([
    ['/', 'ext4'],
    ['/var/lib/quire', 'ext4'],
    ['/home', 'nfs4'],
    ['/home/ann/quire', 'nfs4'],
    ['/home/ci/quire', 'ext4'],
    ['/homestead', 'ext4'],
    ['/srv/team share/quire', 'cifs'],
    ['/srv/over/x', 'fuse.sshfs'],
    ['/mnt/d', '9p'],
  ])('of %s is %s: the deepest mount counts, and of two at one place the later', (path, type) => {
    expect(fileSystemOf(path, mountinfo)).toBe(type);
  });

  it('is unknown without mounts', () => expect(fileSystemOf('/srv', '')).toBeUndefined());

  it('is refused when it is on a network, with its name and a remedy', () => {
    const root = temporaryRoot();
    const mounts = `1 0 0:1 / / rw - ext4 /dev/root rw\n2 1 0:2 / ${root} rw - nfs4 files:/x rw\n`;
    expect(() => refuseNetworkFileSystem(root, mounts)).toThrow(NetworkFileSystemError);
    expect(() => refuseNetworkFileSystem(root, mounts)).toThrow(
      `${root} is on a network file system (nfs4), where SQLite's write-ahead log can lose data; choose a root on a local disk`,
    );
    expect(() => refuseNetworkFileSystem(root)).not.toThrow();
  });
});
