/** The limits a person can raise, by their key below `:limits` in config.fnl. */
export type LimitKey = 'lua-cpu' | 'lua-memory' | 'capture' | 'log' | 'log-line' | 'events';

/** How to raise a limit of the server's configuration; the end of every message about one. */
export const raiseLimit = (key: LimitKey): string => `raise it with :limits {:${key} …} in config.fnl`;
