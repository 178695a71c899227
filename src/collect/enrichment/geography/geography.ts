import { createRequire } from 'node:module';
import { isIP, isIPv6 } from 'node:net';
import { Recent } from '../recent.ts';
import { countryOf } from './countries.ts';
import { provinces } from './provinces.ts';

/** Where an address is. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** ISO 3166-2, China only. */
  province?: string;
  /** Chinese name without its ending (深圳), China only. */
  city?: string;
}

interface AddressBook {
  searchRaw(ip: string, parse: boolean): { region: string } | { cArea: string } | null;
}

const ADDRESSES_KEPT = 100_000;
const nowhere: Place = { country: '' };
const cityEnding = /(?:市|地区|盟|自治州|州|县)$/;

/**
 * Where addresses are, from the database inside the package `ip2region` (MIT): nothing is asked over the network. China to province and city, the rest
 * of the world to the country. Its 11 MB are read at the first question.
 */
export class Geography {
  readonly #known = new Recent<Place>(ADDRESSES_KEPT);
  #book: AddressBook | undefined;

  /** Undefined for what is no address, for private ones, and for those that the database does not know. */
  placeOf(ip: string): Place | undefined {
    let place = this.#known.get(ip);
    if (place === undefined) {
      place = this.#ask(ip) ?? nowhere;
      this.#known.set(ip, place);
    }
    return place === nowhere ? undefined : place;
  }

  #ask(ip: string): Place | undefined {
    if (isIP(ip) === 0) return undefined;
    this.#book ??= openBook();
    // The package reads an IPv4 address inside an IPv6 one only in its plain form.
    const found = this.#book.searchRaw(isIPv6(ip) ? (ip.split('%')[0] ?? ip) : ip, false);
    if (found === null) return undefined;
    return 'region' in found ? placeOfRegion(found.region) : placeOfArea(found.cArea);
  }
}

function openBook(): AddressBook {
  const require = createRequire(import.meta.url);
  const { default: Book } = require('ip2region') as { default: new () => AddressBook };
  return new Book();
}

/** IPv4: `中国|0|广东省|深圳市|阿里云`. */
function placeOfRegion(region: string): Place | undefined {
  const [country = '', , province = '', city = ''] = region.split('|').map((part) => (part === '0' ? '' : part));
  return country === '中国' ? placeInChina(province, city) : abroad(country);
}

/** IPv6: `中国广东省广州市`, `美国California州Fremont`. */
function placeOfArea(area: string): Place | undefined {
  if (!area.startsWith('中国')) return abroad(area);
  const rest = area.slice(2);
  const province = provinces.find(({ short }) => rest.startsWith(short));
  if (!province) return { country: 'CN' };
  const behind = rest.slice(province.short.length).replace(/^(?:省|市|区|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)/, '');
  const city = /^(.+?(?:市|地区|盟|自治州|州))/.exec(behind)?.[1] ?? '';
  return placeInChina(province.short, city.endsWith('州') && behind.startsWith(`${city}市`) ? `${city}市` : city);
}

function abroad(name: string): Place | undefined {
  const country = name === '' ? undefined : countryOf(name);
  return country === undefined ? undefined : { country };
}

const municipalities = new Set(['北京', '天津', '上海', '重庆']);

function placeInChina(provinceName: string, cityName: string): Place {
  const province = provinces.find(({ short }) => provinceName.startsWith(short));
  if (!province) return { country: 'CN' };
  const city = municipalities.has(province.short) ? province.short : cityName.replace(cityEnding, '');
  return { country: 'CN', province: province.code, ...(city !== '' && { city }) };
}

/** The address with its last parts gone: /24 for IPv4, /48 for IPv6. Undefined for what is no address. */
export function truncateAddress(ip: string): string | undefined {
  const version = isIP(ip);
  if (version === 4) return `${ip.slice(0, ip.lastIndexOf('.'))}.0`;
  if (version !== 6) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+)\.\d+$/i.exec(ip);
  if (mapped) return `${mapped[1]}.0`;
  const [head = '', tail] = (ip.split('%')[0] ?? ip).split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const first = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(tail ? tail.split(':') : [])].slice(0, 3);
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::`;
}
