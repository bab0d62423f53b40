/** A secret's declaration: where its value is, and which runs may have it. */
export interface SecretDeclaration {
  readonly source: { readonly value: string } | { readonly file: string };
  /** Repository names, `*` standing for any text; null: every repository. */
  readonly repos: readonly string[] | null;
  /** Full ref names, `*` standing for any text; null: every ref. */
  readonly refs: readonly string[] | null;
}

/** Where the web pages and the API listen. */
export interface ListenAddress {
  /** A host name or an address; IPv6 without brackets. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** The server's configuration: `<root>/config.fnl` with every default filled in. Times in ms, sizes in bytes. */
export interface Config {
  readonly listen: ListenAddress;
  /** The public address of the web pages, without a slash at its end. */
  readonly url: string;
  readonly maxConcurrentRuns: number;
  /** From a run's start to its forced end. */
  readonly runTimeoutMs: number;
  /** How long a run's process may stay silent after a restart of the server before the run is orphaned. */
  readonly gracePeriodMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
  /** How long quire-ci tries to reach a server that is away. */
  readonly serverAwayMs: number;
  readonly limits: ConfigLimits;
  /** What commands get beside their own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** PATH of commands. */
  readonly path: string;
  readonly secrets: ReadonlyMap<string, SecretDeclaration>;
  readonly logLevel: LogLevel;
  /** Who is trusted to say who a request comes from; null: nobody. */
  readonly auth: AuthConfig | null;
  /** The name of the launcher that starts runs. */
  readonly launcher: string;
}

export interface ConfigLimits {
  /** CPU time of Lua code at top level, and of a run-fn between two host calls. */
  readonly luaCpuMs: number;
  readonly luaMemoryBytes: number;
  /** What one command's output and one file read may hold in memory. */
  readonly captureBytes: number;
  readonly logBytes: number;
  readonly logLineBytes: number;
  /** Events of one run. */
  readonly maxEvents: number;
  /** The message of one push. */
  readonly messageBytes: number;
}

export interface AuthConfig {
  /** The request header that carries the name of the user. */
  readonly header: string;
  /** Peers whose header is believed: IP addresses, `unix` for the Unix socket. */
  readonly trust: readonly string[];
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];
