import type { ReactNode } from 'react';

/** A column of a list. */
export interface Column<Row> {
  key: string;
  title: string;
  /** True: the title is only heard, not seen (a column of buttons). */
  isTitleHidden?: boolean;
  render: (row: Row) => ReactNode;
  /** What sorting, searching and the export use. Without it the column does none of them. */
  value?: (row: Row) => string | number | boolean | null | undefined;
  /** `right` for numbers. */
  align?: 'left' | 'right';
  widthPx?: number;
  /** False: shown only when the reader chooses it. */
  isShown?: boolean;
}

/** A filter that stands as a chip above the list and as `f.<key>` in the URL. */
export interface Filter<Row> {
  key: string;
  label: string;
  options: readonly { value: string; label: string }[];
  /** Needed for lists that are held whole in the browser; the server filters others. */
  matches?: (row: Row, value: string) => boolean;
}

/** What the reader wants to see of a list. */
export interface ListState {
  search: string;
  /** `name` ascending, `-name` descending, '' as it comes. */
  sort: string;
  filters: Readonly<Record<string, string>>;
}

/** Applies search, filters and order to rows that are held whole. */
export function arrange<Row>(rows: readonly Row[], state: ListState, columns: readonly Column<Row>[], filters: readonly Filter<Row>[]): Row[] {
  const words = state.search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const kept = rows.filter((row) => {
    if (!filters.every(({ key, matches }) => !state.filters[key] || !matches || matches(row, state.filters[key]))) return false;
    if (words.length === 0) return true;
    const text = columns
      .map((column) => String(column.value?.(row) ?? ''))
      .join('\n')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const key = state.sort.replace(/^-/, '');
  const sortedBy = columns.find((column) => column.key === key)?.value;
  if (!sortedBy) return kept;
  const sign = state.sort.startsWith('-') ? -1 : 1;
  return kept.toSorted((a, b) => compare(sortedBy(a), sortedBy(b), sign));
}

type Value = string | number | boolean | null | undefined;

/** Rows without a value come last in both directions. */
function compare(a: Value, b: Value, sign: number): number {
  const isEmptyA = a === null || a === undefined || a === '';
  const isEmptyB = b === null || b === undefined || b === '';
  if (isEmptyA || isEmptyB) return Number(isEmptyA) - Number(isEmptyB);
  if (typeof a === 'number' && typeof b === 'number') return (a - b) * sign;
  return String(a).localeCompare(String(b), undefined, { numeric: true }) * sign;
}
