/** Pages for people, live and as JSON. */
export type { PublicAccess } from './access.js';
export type { ProxyAuth } from './identity.js';
export type { WebActions, WebOptions } from './options.js';
export { createWebRouter, type WebRouter } from './router.js';
