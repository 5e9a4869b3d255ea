import type { LogLevel } from './log-levels.js';

/** What the environment says, checked and with its defaults. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly database: Database;
  /** Folder for what the server keeps beside the database: the local token. */
  readonly dataFolder: string;
  /** Null: the server makes a token of its own and listens on loopback only. */
  readonly jwt: JwtSettings | null;
  /** Paths or packages; null: the examples. */
  readonly workflowModules: readonly string[] | null;
  /** Attempts after the first; null: the engine's default. */
  readonly maxRetries: number | null;
  readonly logging: LoggingSettings;
}

export interface Database {
  readonly connectionString: string;
  /** Null where it is no file. */
  readonly file: string | null;
  /** For people: without user names, passwords and options. */
  readonly shown: string;
}

export interface JwtSettings {
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: string;
}

export interface LoggingSettings {
  readonly level: LogLevel;
  /** Patterns of loggers that write debug lines, of the form `workflow:*`. */
  readonly debug: readonly string[];
}
