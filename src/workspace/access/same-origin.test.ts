import { expect, test } from 'vitest';
import { mayChange } from './same-origin.ts';

const publicUrl = 'https://console.example.com';

function asked(headers: Record<string, string>, method = 'POST'): boolean {
  return mayChange({ method, header: (name) => headers[name], publicUrl });
}

test('reading is allowed from anywhere', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(asked({ 'sec-fetch-site': 'cross-site' }, method)).toBe(true);
});

test('the browser says whether our own page sent a change', () => {
  expect(asked({ 'sec-fetch-site': 'same-origin' })).toBe(true);
  expect(asked({ 'sec-fetch-site': 'none' })).toBe(true);
  expect(asked({ 'sec-fetch-site': 'same-site' })).toBe(false);
  expect(asked({ 'sec-fetch-site': 'cross-site', origin: publicUrl })).toBe(false);
});

test('over plain http, where Sec-Fetch-Site is not sent, the origin decides', () => {
  expect(asked({ origin: publicUrl })).toBe(true);
  expect(asked({ origin: 'http://10.0.0.7:7300', host: '10.0.0.7:7300' })).toBe(true);
  expect(asked({ origin: 'http://10.0.0.7:9999', host: '10.0.0.7:7300' })).toBe(false);
  expect(asked({ origin: 'https://console.example.com.evil.org', host: 'console.example.com' })).toBe(false);
  expect(asked({ origin: 'null', host: '10.0.0.7:7300' })).toBe(false);
});

test('without either header the caller is no browser', () => {
  expect(asked({})).toBe(true);
});
