/** The server's configuration and that of a repository: Fennel data, checked. */
export type {
  AuthConfig,
  Config,
  ConfigLimits,
  ListenAddress,
  LogLevel,
  SecretDeclaration,
} from './config.js';
export { ConfigError, type ConfigProblem, type ConfigWarning } from './config-error.js';
export { type LoadedConfig, loadConfig } from './load-config.js';
export { parseRepoConfig, type RepoConfig, repoConfigPath } from './repo-config.js';
