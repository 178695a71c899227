import type { IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import { campaignOf, idOf, numberOf, objectOf, pageOf, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

export interface MessageSurroundings {
  sequence: number;
  receivedAt: number;
  newId(): string;
  userAgent: string;
  /** The id that the server makes for a visitor without one. */
  visitor: string;
  /** Sent by a browser: then a person who signs in is the visitor of before. A server's messages all come from one address. */
  isBrowser: boolean;
}

/** Reads `{ type, payload }` (fields: https://umami.is/docs/api/sending-stats). */
export function readUmamiMessage(raw: Fields, around: MessageSurroundings): IncomingEvent {
  const type = textOf(raw.type) ?? '';
  if (!['event', 'identify', 'performance'].includes(type)) throw refuseGateway('type_unknown', { details: { type: type.slice(0, 40) } });
  const payload = objectOf(raw.payload, 'payload');
  const named = [payload.website, payload.link, payload.pixel].filter((id) => textOf(id) !== undefined);
  if (named.length !== 1) throw refuseGateway('field_invalid', { details: { field: 'payload.website', wanted: 'UUID' } });
  const data = objectOf(payload.data, 'payload.data');
  const page = pageOf(addressOf(payload), { title: payload.title, referrer: payload.referrer });
  const event: IncomingEvent = {
    messageId: around.newId(),
    ...partsOf(type, payload, { data, page }),
    time: timeOf(payload.timestamp, around.receivedAt),
    sequence: around.sequence,
    context: contextOf(payload, page, around.userAgent),
  };
  const userId = idOf(payload.id, 'payload.id');
  if (userId !== undefined) event.userId = userId;
  if (userId === undefined || around.isBrowser) event.anonymousId = around.visitor;
  if (type === 'identify' && Object.keys(data).length > 0) event.traits = data;
  return event;
}

function partsOf(
  type: string,
  payload: Fields,
  { data, page }: { data: Fields; page: Fields | undefined },
): Pick<IncomingEvent, 'kind' | 'event' | 'preset' | 'properties'> {
  const tag = textOf(payload.tag);
  const tagged = tag === undefined ? {} : { tag };
  if (type === 'identify') return { kind: 'identify', event: '$identify', properties: data };
  if (type === 'performance') {
    const { lcp, inp, cls, fcp, ttfb } = payload;
    return { kind: 'track', event: '$performance', preset: true, properties: said({ ...data, lcp, inp, cls, fcp, ttfb, ...tagged }) ?? {} };
  }
  const name = payload.name ?? '';
  if (typeof name !== 'string') throw refuseGateway('field_invalid', { details: { field: 'payload.name', wanted: 'text' } });
  if (name === '') return { kind: 'page', event: '$page', properties: { ...data, ...page, ...tagged } };
  return { kind: 'track', event: name, properties: { ...data, ...tagged } };
}

/** `url` is a path mostly, beside the `hostname` that it belongs to. */
function addressOf({ url, hostname }: Fields): string | undefined {
  const address = textOf(url);
  const host = textOf(hostname);
  if (address === undefined || /^[a-z][a-z\d+.-]*:/i.test(address) || host === undefined) return address;
  return `https://${host}${address.startsWith('/') ? '' : '/'}${address}`;
}

/** Seconds. */
function timeOf(timestamp: unknown, receivedAt: number): number {
  if (timestamp === undefined || timestamp === null) return receivedAt;
  const seconds = numberOf(timestamp);
  if (seconds === undefined) throw refuseGateway('field_invalid', { details: { field: 'payload.timestamp', wanted: 'seconds' } });
  return Math.round(seconds * 1_000);
}

function contextOf(payload: Fields, page: Fields | undefined, userAgent: string): Fields {
  const [width, height] = (textOf(payload.screen) ?? '').split('x').map(Number);
  const query = page?.url === undefined ? undefined : URL.parse(String(page.url), 'http://relative.invalid')?.searchParams;
  return (
    said({
      library: { name: 'umami' },
      ip: textOf(payload.ip),
      userAgent: textOf(payload.userAgent) === undefined ? undefined : userAgent,
      locale: textOf(payload.language),
      page,
      campaign: query && campaignOf((name) => query.get(name)),
      screen: said({ width: width || undefined, height: height || undefined }),
      os: said({ name: textOf(payload.os) }),
      device: said({ type: textOf(payload.device) }),
    }) ?? {}
  );
}
