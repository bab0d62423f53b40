import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { extras, neighbour } from '../../history/index.js';

/** What an opened export has beside events, logs and blobs, which lie where they lie in any root. */
const excerptFile = z.object({ extras, neighbours: z.array(neighbour) });

export type Excerpt = z.infer<typeof excerptFile>;

const pathIn = (root: string): string => join(root, 'excerpt.json');

/** Marks a root as that of an opened export. */
export const writeExcerpt = (root: string, excerpt: Excerpt): void =>
  writeFileSync(pathIn(root), JSON.stringify(excerpt));

/** What the root of an opened export has; undefined for any other root. */
export const readExcerpt = (root: string): Excerpt | undefined =>
  existsSync(pathIn(root)) ? excerptFile.parse(JSON.parse(readFileSync(pathIn(root), 'utf8'))) : undefined;
