/** The post-receive hook, and its stand-in in node for machines without curl. */
export { type HookSettings, postReceiveHook } from './post-receive-hook.js';
export { type Said, sayOutcome } from './say-outcome.js';
export { type SendOutcome, sendSpooled } from './send.js';
