import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** A file that pages refer to, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
  readonly digest: string;
}

export interface Assets {
  find(name: string): Asset | undefined;
  /** The address of an asset; it changes with the content, so browsers may keep it for ever. */
  address(name: string): string;
}

const here = dirname(fileURLToPath(import.meta.url));

/** Styles and icons lie beside this file; client scripts are compiled into the same folder of `dist`. */
const folders = [join(here, 'assets'), join(here, '../../dist/src/web/assets')];

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Reads every asset once; they are few and small, and no request names a file. */
export const loadAssets = (): Assets => {
  const assets = new Map<string, Asset>();
  const add = (name: string, path: string) => {
    const type = types[extname(name)];
    if (type !== undefined && !assets.has(name)) assets.set(name, assetOf(type, readFileSync(path)));
  };
  for (const folder of folders.filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder)) add(name, join(folder, name));
  }
  // One file: htmx starts in a task of its own, which may come before a second script has run.
  const htmx = dirname(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'));
  const parts = [join(htmx, 'htmx.min.js'), join(htmx, 'ext/hx-sse.min.js')].map((path) =>
    readFileSync(path),
  );
  assets.set('htmx.min.js', assetOf(types['.js']!, Buffer.concat([parts[0]!, Buffer.from('\n'), parts[1]!])));
  return {
    find: (name) => assets.get(name),
    address: (name) => `/assets/${name}?v=${assets.get(name)?.digest ?? 'none'}`,
  };
};

const assetOf = (type: string, bytes: Buffer): Asset => ({
  type,
  bytes,
  gzip: gzipSync(bytes, { level: 9 }),
  brotli: brotliCompressSync(bytes),
  digest: createHash('sha256').update(bytes).digest('hex').slice(0, 12),
});
