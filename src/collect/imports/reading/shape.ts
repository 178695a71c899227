import { z } from 'zod';
import { presetNames } from '../mapping/mapping.ts';

export const fileFormats = ['csv', 'jsonl', 'json', 'parquet'] as const;
export const compressions = ['none', 'gzip', 'zip'] as const;
export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export const delimiters = [',', ';', '\t', '|'] as const;

/** How a file has to be read. */
export const fileShapeSchema = z.object({
  format: z.enum(fileFormats),
  compression: z.enum(compressions),
  encoding: z.enum(encodings),
  /** Of CSV; ignored otherwise. */
  delimiter: z.enum(delimiters),
  /** Columns of the heading, or names seen in the first rows. */
  columns: z.array(z.string()),
  preset: z.enum(presetNames).nullable(),
});
export type FileShape = z.infer<typeof fileShapeSchema>;
export type Encoding = FileShape['encoding'];
export type Compression = FileShape['compression'];
