import { expect, test } from 'vitest';
import { arrange, type Column, type Filter } from './columns.ts';

interface Coffee {
  name: string;
  price: number | null;
  roast: string;
}

const rows: Coffee[] = [
  { name: 'Kenya AA', price: 120, roast: 'light' },
  { name: 'Yunnan 云南', price: null, roast: 'dark' },
  { name: 'Santos 10', price: 9, roast: 'dark' },
  { name: 'Santos 2', price: 80, roast: 'light' },
];
const columns: Column<Coffee>[] = [
  { key: 'name', title: 'Name', value: (row) => row.name, render: (row) => row.name },
  { key: 'price', title: 'Price', value: (row) => row.price, render: (row) => row.price },
  { key: 'roast', title: 'Roast', render: (row) => row.roast },
];
const filters: Filter<Coffee>[] = [{ key: 'roast', label: 'Roast', options: [], matches: (row, value) => row.roast === value }];
const names = (state: Partial<Parameters<typeof arrange>[1]>) =>
  arrange(rows, { search: '', sort: '', filters: {}, ...state }, columns, filters).map((row) => row.name);

test('rows stay as they come when nothing is asked', () => {
  expect(names({})).toEqual(['Kenya AA', 'Yunnan 云南', 'Santos 10', 'Santos 2']);
});

test('every word must be found, in any column that has a value, whatever the case', () => {
  expect(names({ search: 'santos 80' })).toEqual(['Santos 2']);
  expect(names({ search: '云' })).toEqual(['Yunnan 云南']);
  expect(names({ search: 'dark' })).toEqual([]);
});

test('numbers sort as numbers, texts with their numbers, and rows without a value come last both ways', () => {
  expect(names({ sort: 'price' })).toEqual(['Santos 10', 'Santos 2', 'Kenya AA', 'Yunnan 云南']);
  expect(names({ sort: '-price' })).toEqual(['Kenya AA', 'Santos 2', 'Santos 10', 'Yunnan 云南']);
  expect(names({ search: 'santos', sort: 'name' })).toEqual(['Santos 2', 'Santos 10']);
});

test('a column that has no value, or does not exist, cannot sort', () => {
  expect(names({ sort: 'roast' })).toEqual(names({}));
  expect(names({ sort: '-nothing' })).toEqual(names({}));
});

test('a filter keeps what matches; an unknown one keeps all', () => {
  expect(names({ filters: { roast: 'light' } })).toEqual(['Kenya AA', 'Santos 2']);
  expect(names({ filters: { other: 'x' } })).toHaveLength(4);
});
