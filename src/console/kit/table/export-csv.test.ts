import { expect, test } from 'vitest';
import type { Column } from './columns.ts';
import { csvText } from './export-csv.ts';

const columns: Column<{ name: string | null; count: number }>[] = [
  { key: 'name', title: 'Name, full', value: (row) => row.name, render: (row) => row.name },
  { key: 'count', title: 'Count', value: (row) => row.count, render: (row) => row.count },
  { key: 'acts', title: 'Acts', render: () => null },
];

test('cells are quoted where they must be, and columns without a value are left out', () => {
  expect(csvText([{ name: 'say "hi",\nyou', count: -3 }], columns)).toBe('\uFEFF"Name, full",Count\r\n"say ""hi"",\nyou",-3\r\n');
});

test('a text that a spreadsheet would run is made harmless; numbers stay numbers', () => {
  expect(csvText([{ name: '=HYPERLINK("x")', count: 1 }], columns)).toContain(`"'=HYPERLINK(""x"")"`);
  expect(csvText([{ name: '@sum', count: -1 }], columns)).toContain("'@sum,-1");
});

test('nothing is an empty cell', () => {
  expect(csvText([{ name: null, count: 0 }], columns)).toContain('\r\n,0\r\n');
});
