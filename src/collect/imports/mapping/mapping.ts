import { z } from 'zod';

/** What a column of a file means. */
export const columnRoles = [
  'event',
  'time',
  'userId',
  'anonymousId',
  /** A further id of the person; `name` is its kind (email, phone, openid...). */
  'id',
  'sessionId',
  /** The id under which the event counts once, also when it came live. */
  'messageId',
  /** What tells rows of one event apart (an order's number): counts once with the event's name. */
  'key',
  'property',
  'trait',
  /** An object whose fields are properties, or traits. */
  'properties',
  'traits',
  /** Surroundings: `name` is `ip`, `userAgent`, `locale`, `timezone`. */
  'context',
  'ignore',
] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** How a cell is read. `auto` keeps JSON values as they are and texts as texts. */
export const cellTypes = ['auto', 'text', 'number', 'boolean', 'time', 'json'] as const;
export type CellType = (typeof cellTypes)[number];

/** How times are written. `text` is year first: `2026-05-01 10:00:00`, ISO 8601, `2026/5/1`, `20260501`, `2026年5月1日`. */
export const timeFormats = ['text', 'text_day_first', 'text_month_first', 'seconds', 'milliseconds', 'microseconds', 'excel'] as const;
export type TimeFormat = (typeof timeFormats)[number];

/** Files of other products whose rows have one known meaning. */
export const presetNames = ['segment', 'mixpanel', 'mixpanel_people', 'amplitude', 'posthog', 'ga4'] as const;
export type PresetName = (typeof presetNames)[number];

const columnName = z.string().min(1).max(300);

export const columnMappingSchema = z.object({
  column: columnName,
  role: z.enum(columnRoles),
  /** Name of the property, the trait, the kind of id or the surroundings. The column's own unless given. */
  name: z.string().trim().min(1).max(200).optional(),
  as: z.enum(cellTypes).default('auto'),
});
export type ColumnMapping = z.infer<typeof columnMappingSchema>;

/** How rows become events or people. */
export const mappingSchema = z.object({
  /** `people`: each row sets traits of a person and is no deed of theirs. */
  content: z.enum(['events', 'people']),
  /** Present: rows are read as that product writes them, and the columns below only add to it. */
  preset: z.enum(presetNames).nullable().default(null),
  /** The event's name when no column says it, or its cell is empty. */
  eventName: z.string().trim().max(200).default(''),
  timeFormat: z.enum(timeFormats).default('text'),
  /** IANA zone of times that name none. */
  timeZone: z.string().min(1).max(64),
  columns: z.array(columnMappingSchema).max(500),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** What we take a column for, and how sure we are (0 to 1). */
export interface GuessedColumn extends ColumnMapping {
  confidence: number;
}

/** A proposal for a file: the mapping and how sure each column is, in the same order. */
export interface GuessedMapping {
  mapping: Mapping;
  confidence: number[];
}
