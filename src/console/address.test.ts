import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../kernel/http/contract.ts';
import { addressOf } from './address.ts';

const route = defineRoute({
  id: 'coffee.list',
  method: 'GET',
  path: '/api/projects/:projectId/coffees/:name',
  summary: 'Lists.',
  access: 'coffee.read',
  params: z.object({ projectId: z.number(), name: z.string() }),
});

test('parameters are filled in and escaped', () => {
  expect(addressOf(route, { projectId: 7, name: 'a/b ?' })).toBe('/api/projects/7/coffees/a%2Fb%20%3F');
});

test('the query leaves out what is empty, repeats lists and writes objects as JSON', () => {
  expect(addressOf(route, { projectId: 1, name: 'x' }, { q: '', none: undefined, zero: 0, no: false, of: ['a', 'b'], rule: { a: 1 } })).toBe(
    '/api/projects/1/coffees/x?zero=0&no=false&of=a&of=b&rule=%7B%22a%22%3A1%7D',
  );
});
