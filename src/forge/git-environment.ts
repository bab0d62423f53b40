/**
 * The whole environment of every git process. Nothing of the server's own environment, of the system's or of a
 * user's git configuration reaches it, messages are English, and nothing ever asks for a password.
 *
 * Replacement refs are off: a pusher may write `refs/replace/…`, and a sha must mean what it says.
 */
export const gitEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
});
