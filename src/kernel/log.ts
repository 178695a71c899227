import { pino } from 'pino';

/** Structured log: `log.info({ projectId }, 'segment rebuilt')`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Writes one JSON line a message to standard error; keys, passwords, cookies and addresses are blanked. */
export function createLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: undefined,
      redact: {
        paths: ['password', 'secretKey', 'cookie', 'authorization', '*.password', '*.secretKey', '*.cookie', '*.authorization'],
        censor: '[hidden]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
