import { expect, test } from 'vitest';
import { Geography, truncateAddress } from './geography.ts';
import { placeName, provinces } from './provinces.ts';

const geography = new Geography();

// Public addresses whose owners are known: Alibaba, ChinaNet, CERNET, Baidu, HiNet, PCCW, CTM, universities, Google, the BBC's network...
const addresses: readonly (readonly [ip: string, place: object | undefined])[] = [
  ['120.24.78.68', { country: 'CN', province: 'CN-GD', city: '深圳' }],
  ['223.5.5.5', { country: 'CN', province: 'CN-ZJ', city: '杭州' }],
  ['114.114.114.114', { country: 'CN', province: 'CN-JS', city: '南京' }],
  ['202.38.64.1', { country: 'CN', province: 'CN-AH', city: '合肥' }],
  ['61.135.169.121', { country: 'CN', province: 'CN-BJ', city: '北京' }],
  ['203.198.7.66', { country: 'CN', province: 'CN-HK' }],
  ['202.175.3.3', { country: 'CN', province: 'CN-MO' }],
  ['168.95.1.1', { country: 'CN', province: 'CN-TW' }],
  ['8.8.8.8', { country: 'US' }],
  ['81.2.69.142', { country: 'GB' }],
  ['133.242.187.207', { country: 'JP' }],
  ['::ffff:120.24.78.68', { country: 'CN', province: 'CN-GD', city: '深圳' }],
  ['240e:47d:c20:1627:30a3:ba0d:a5e6:ec19', { country: 'CN', province: 'CN-GD', city: '广州' }],
  ['2409:8a00::1', { country: 'CN', province: 'CN-BJ', city: '北京' }],
  ['2408:8000::1', { country: 'CN' }],
  ['2001:b000::1', { country: 'CN', province: 'CN-TW' }],
  ['2404:c800::1', { country: 'CN', province: 'CN-HK' }],
  ['2a00:1450:4001:81b::200e', { country: 'DE' }],
  // An address without its last part is in the same place.
  ['120.24.78.0', { country: 'CN', province: 'CN-GD', city: '深圳' }],
  ...['10.0.0.1', '192.168.1.1', '172.16.0.9', '127.0.0.1', '203.0.113.5', '::1', 'fe80::1%eth0', 'fd00::1', '0.0.0.0'].map(
    (ip) => [ip, undefined] as const,
  ),
  ...['', '0', 'abc', '999.1.1.1', '1.2.3', '1.2.3.4.5', '$remote'].map((ip) => [ip, undefined] as const),
];

test.each(addresses)('%s is in %o', (ip, place) => {
  expect(geography.placeOf(ip)).toEqual(place);
  // The second answer comes from memory.
  expect(geography.placeOf(ip)).toEqual(place);
});

test('every address of a sample has a country of ISO 3166-1 and a province of ISO 3166-2', () => {
  const codes = new Set(provinces.map(({ code }) => code));
  let found = 0;
  for (let first = 1; first < 224; first++)
    for (let second = 0; second < 256; second += 5) {
      const place = geography.placeOf(`${first}.${second}.77.9`);
      if (!place) continue;
      found += 1;
      expect(place.country).toMatch(/^[A-Z]{2}$/);
      if (place.province !== undefined) expect(codes.has(place.province)).toBe(true);
      if (place.city !== undefined) expect(place.city).not.toMatch(/[市|0-9]$/);
    }
  expect(found).toBeGreaterThan(10_000);
});

test('shortens addresses to their network', () => {
  expect(truncateAddress('120.24.78.68')).toBe('120.24.78.0');
  expect(truncateAddress('::ffff:120.24.78.68')).toBe('120.24.78.0');
  expect(truncateAddress('240e:47d:c20:1627:30a3:ba0d:a5e6:ec19')).toBe('240e:47d:c20::');
  expect(truncateAddress('2001:db8::1')).toBe('2001:db8:0::');
  expect(truncateAddress('fe80::1%eth0')).toBe('fe80:0:0::');
  expect(truncateAddress('no address')).toBeUndefined();
});

test('has names of places in both languages', () => {
  expect(placeName('CN-NM', 'zh-CN')).toBe('内蒙古自治区');
  expect(placeName('CN-NM', 'en')).toBe('Inner Mongolia');
  expect(placeName('JP', 'zh-CN')).toBe('日本');
  expect(placeName('what', 'en')).toBe('what');
  expect(provinces).toHaveLength(34);
});
