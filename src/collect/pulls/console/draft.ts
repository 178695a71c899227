import type { Mapping } from '../../imports/contract.ts';
import type { Connection, CursorRule, Pull, Question, Schedule } from '../contract.ts';

/** A pull as it is being written down. */
export interface Draft {
  name: string;
  connection: Connection;
  /** Empty: the kept one. */
  password: string;
  question: Question;
  mapping: Mapping | undefined;
  cursor: CursorRule | null;
  schedule: Schedule;
}

export const newDraft: Draft = {
  name: '',
  connection: { engine: 'postgres', host: '', port: 5432, database: '', user: '', tls: 'off' },
  password: '',
  question: { kind: 'table', schema: null, table: '' },
  mapping: undefined,
  cursor: null,
  schedule: { every: 'minutes', minutes: 60 },
};

export function draftOf({ name, connection, question, mapping, cursor, schedule }: Pull): Draft {
  return { name, connection, password: '', question, mapping, cursor, schedule };
}

export const usualPorts = { postgres: 5432, mysql: 3306 } as const;
