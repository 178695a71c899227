import type { IncomingEvent } from '../stream/contract.ts';
import type { Arrival } from './arrival.ts';
import { hintsOfContext, hintsOfHeaders } from './device/client-hints.ts';
import type { Device, Devices } from './device/device.ts';
import { Recent } from './recent.ts';

const LANGUAGES_KEPT = 2_000;
const languages = new Recent<string>(LANGUAGES_KEPT);

/** Adds `$browser`, `$os`, `$device_*`, `$is_bot`; what an app says of its own device counts more than its user agent. */
export function addDevice(event: IncomingEvent, arrival: Arrival, { devices, isOn }: { devices: Devices; isOn: boolean }): Device {
  const hints = hintsOfContext(event.context.userAgentData) ?? (arrival.isPersonal ? hintsOfHeaders(arrival.request.hints) : undefined);
  const device = devices.deviceOf(arrival.userAgent, hints);
  if (!isOn) return device;
  const { properties } = event;
  if (device.browser !== undefined) properties.$browser ??= device.browser;
  if (device.browserVersion !== undefined) properties.$browser_version ??= device.browserVersion;
  if (device.os !== undefined) properties.$os ??= device.os;
  if (device.osVersion !== undefined) properties.$os_version ??= device.osVersion;
  if (device.deviceType !== undefined) properties.$device_type ??= device.deviceType;
  if (device.brand !== undefined) properties.$device_brand ??= device.brand;
  if (device.model !== undefined) properties.$device_model ??= device.model;
  return device;
}

/** Adds what `context.device`, `context.os` and `context.locale` say: apps know their device better than any user agent. */
export function addStatedDevice(event: IncomingEvent, arrival: Arrival): void {
  const { properties, context } = event;
  const { os, device, locale } = context;
  if (isObject(os)) {
    if (isText(os.name)) properties.$os ??= os.name;
    if (isText(os.version)) properties.$os_version ??= os.version;
  }
  if (isObject(device)) {
    if (isText(device.manufacturer)) properties.$device_brand ??= device.manufacturer;
    if (isText(device.model)) properties.$device_model ??= device.model;
    const { type } = device;
    if (type === 'mobile' || type === 'tablet' || type === 'desktop' || type === 'tv') properties.$device_type ??= type;
    else if (type === 'ios' || type === 'android') properties.$device_type ??= 'mobile';
  }
  const spoken = isText(locale) ? locale : arrival.isPersonal ? arrival.request.hints?.['accept-language'] : undefined;
  const language = spoken === undefined ? '' : languageOf(spoken);
  if (language !== '') properties.$language ??= language;
}

/** `zh_CN.UTF-8`, `zh-cn`, `zh-CN,zh;q=0.9` -> `zh-CN` (BCP 47); empty for what is no language. */
export function languageOf(text: string): string {
  let language = languages.get(text);
  if (language === undefined) {
    const first = /^[\w-]+/.exec(text.trim())?.[0].replaceAll('_', '-') ?? '';
    language = canonical(first);
    languages.set(text, language);
  }
  return language;
}

function canonical(tag: string): string {
  try {
    return tag === '' || tag.length > 35 ? '' : (Intl.getCanonicalLocales(tag)[0] ?? '');
  } catch {
    return '';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}
