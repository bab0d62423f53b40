import { readFileSync, realpathSync } from 'node:fs';

const networkTypes = new Set([
  '9p',
  'afs',
  'ceph',
  'cifs',
  'fuse.glusterfs',
  'fuse.s3fs',
  'fuse.sshfs',
  'glusterfs',
  'lustre',
  'ncpfs',
  'nfs',
  'nfs4',
  'smb3',
  'smbfs',
  'vboxsf',
  'virtiofs',
]);

/** The data root lies where SQLite's locks and shared memory cannot be trusted. */
export class NetworkFileSystemError extends Error {
  readonly code = 'network-file-system';
  constructor(
    readonly path: string,
    readonly fileSystem: string,
  ) {
    super(
      `${path} is on a network file system (${fileSystem}), where SQLite's write-ahead log can lose data; ` +
        'choose a root on a local disk',
    );
  }
}

/** Throws {@link NetworkFileSystemError} when `folder` is on one. Systems without /proc are not checked. */
export const refuseNetworkFileSystem = (folder: string, mountinfo: string = readMounts()): void => {
  const fileSystem = fileSystemOf(realpathSync(folder), mountinfo);
  if (fileSystem !== undefined && networkTypes.has(fileSystem)) {
    throw new NetworkFileSystemError(folder, fileSystem);
  }
};

/** The type of the file system that holds `path`, by the text of /proc/self/mountinfo. */
export const fileSystemOf = (path: string, mountinfo: string): string | undefined => {
  let best: { point: string; type: string } | undefined;
  for (const line of mountinfo.split('\n')) {
    const [mount, rest] = line.split(' - ');
    const point = unescapeOctal(mount?.split(' ')[4] ?? '');
    const type = rest?.split(' ')[0];
    if (point === '' || type === undefined || !contains(point, path)) continue;
    if (best === undefined || point.length >= best.point.length) best = { point, type };
  }
  return best?.type;
};

const contains = (point: string, path: string): boolean =>
  point === '/' || path === point || path.startsWith(`${point}/`);

const unescapeOctal = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

const readMounts = (): string => {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
};
