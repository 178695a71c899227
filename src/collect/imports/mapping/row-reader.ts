import type { IncomingEvent } from '../../stream/contract.ts';

/** A row of a file as an object of its columns. */
export type Row = Record<string, unknown>;

/** Reads one row; throws an `AppError` that says why it means nothing. `row` is its number in the file, counted from 1. */
export type RowReader = (record: Row, row: number) => IncomingEvent;

/** What a reader of rows needs beside the mapping. */
export interface RowSurroundings {
  /** Id of a row that brings none: the same for the same row of the same file. */
  idOf(row: number): string;
  /** Time of rows about people that bring none (ms). */
  takenAt: number;
}
