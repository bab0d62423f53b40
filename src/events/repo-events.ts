import { z } from 'zod';
import { defineEvent } from './define.js';

export const repoEvents = {
  'repo.created': defineEvent(
    'repo',
    'A bare repository exists and its hook is installed.',
    z.strictObject({}),
  ),
  'repo.removed': defineEvent(
    'repo',
    'The repository was taken off the server; its events and runs stay.',
    z.strictObject({}),
  ),
};
