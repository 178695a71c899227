import type { AppError } from '../../../kernel/errors/errors.ts';
import type { Row } from '../mapping/row-reader.ts';

/** A row as it was read: an object, or the reason why it is none. */
export interface ReadRow {
  /** Number in the file, from 1. For CSV the first below the heading, for JSON lines the line. */
  row: number;
  record?: Row;
  fault?: AppError;
  /** As it stood in the file: cells of CSV, the text otherwise. For the file of bad rows. */
  raw: readonly string[] | string;
}
