import { AppError } from '../../../kernel/errors/errors.ts';
import type { IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { DialectMessage } from '../dialect.ts';
import { isObject } from '../read-body.ts';

type Fields = Record<string, unknown>;

/** An id: texts, and numbers by their digits. Null, missing and empty mean none. Throws `gateway.field_invalid` for anything else. */
export function idOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw refuseGateway('field_invalid', { details: { field, wanted: 'text' } });
}

/** A text that says something; numbers by their digits. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** A finite number, or a text that is wholly one. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** An object, `{}` when missing or null. Throws `gateway.field_invalid` for anything else. */
export function objectOf(value: unknown, field: string): Fields {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw refuseGateway('field_invalid', { details: { field, wanted: 'object' } });
  return value;
}

/** The fields that say something: neither missing, nor null, nor empty texts or objects. Undefined when none does. */
export function said(fields: Fields): Fields | undefined {
  let kept: Fields | undefined;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined || value === null || value === '') continue;
    kept ??= {};
    kept[name] = value;
  }
  return kept;
}

/** Reads each message; one that cannot be read carries its refusal and does not spoil the others. */
export function readEach(raws: readonly unknown[], read: (raw: Fields, index: number) => IncomingEvent): DialectMessage[] {
  return raws.map((raw, index) => {
    try {
      if (!isObject(raw)) throw refuseGateway('message_not_object');
      return { raw, event: read(raw, index) };
    } catch (error) {
      if (error instanceof AppError) return { raw, error };
      throw error;
    }
  });
}

/** Money without the dust of binary fractions: millionths are the finest that reports add up. */
export function money(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** `url`, `path` and `search` of an address; what is no full address is taken as a path. */
export function pageOf(address: unknown, more: { title?: unknown; referrer?: unknown } = {}): Fields | undefined {
  const url = textOf(address);
  let path: string | undefined;
  let search: string | undefined;
  if (url !== undefined) {
    const parsed = URL.parse(url, 'http://relative.invalid');
    path = parsed?.pathname;
    search = parsed?.search;
  }
  return said({ url, path, search, title: textOf(more.title), referrer: textOf(more.referrer) });
}

/** Segment's `context.campaign` from an address's `utm_*` parameters. */
export function campaignOf(parameter: (name: string) => unknown): Fields | undefined {
  return said({
    source: parameter('utm_source'),
    medium: parameter('utm_medium'),
    name: parameter('utm_campaign'),
    content: parameter('utm_content'),
    term: parameter('utm_term'),
  });
}
