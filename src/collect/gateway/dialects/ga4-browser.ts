import type { IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { DialectBatch, DialectMessage, DialectRequest } from '../dialect.ts';
import { ga4Parts, itemOf } from './ga4-event.ts';
import { numberOf, readEach, said } from './read-fields.ts';

type Fields = Record<string, unknown>;

/** Lines of one request; the tag sends far fewer. */
const EVENTS_MAX = 100;

/**
 * `/g/collect`, the protocol of gtag.js: what all events have in common in the query, each further event as a line of the body. The tag marks the
 * first hit of a session (`_ss`) and of a visitor (`_fv`), from which Google makes `session_start` and `first_visit`; so do we.
 */
export function readBrowserHits(request: DialectRequest): DialectBatch {
  const lines = request.body
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (lines.length > EVENTS_MAX) throw refuseGateway('body_too_large', { details: { max: EVENTS_MAX } });
  const hits = (lines.length === 0 ? [''] : lines).map((line) => together(request.query, line));
  const tid = hits[0]?.get('tid');
  const messages = hits.flatMap((hit, index) => readHit(hit, index, request));
  return { ...(tid && { token: tid.replace(/^G-/i, '') }), messages };
}

function together(query: URLSearchParams, line: string): URLSearchParams {
  const hit = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(line)) hit.set(name, value);
  return hit;
}

function readHit(hit: URLSearchParams, index: number, request: DialectRequest): DialectMessage[] {
  const raws: Fields[] = [];
  const sent = Object.fromEntries(hit);
  if (hit.get('_fv') === '1') raws.push({ ...sent, en: 'first_visit' });
  if (hit.get('_ss') === '1') raws.push({ ...sent, en: 'session_start' });
  raws.push(sent);
  return readEach(raws, (raw, place) => readOne(hit, String(raw.en ?? ''), { request, sequence: index * 3 + place, isMade: raw !== sent }));
}

interface HitSurroundings {
  request: DialectRequest;
  sequence: number;
  /** Made of a mark, so that the hit's own parameters are another event's. */
  isMade: boolean;
}

function readOne(hit: URLSearchParams, name: string, { request, sequence, isMade }: HitSurroundings): IncomingEvent {
  const { context, ...parts } = ga4Parts({ name, params: paramsOf(hit, isMade) });
  const event: IncomingEvent = {
    ...parts,
    messageId: request.newId(),
    time: request.receivedAt,
    sequence,
    context: { ...contextOf(hit), ...context },
  };
  const clientId = hit.get('cid');
  const userId = hit.get('uid');
  if (clientId) event.anonymousId = clientId;
  if (userId) event.userId = userId;
  const traits = traitsOf(hit);
  if (traits && !isMade) event.traits = traits;
  return event;
}

function paramsOf(hit: URLSearchParams, isMade: boolean): Fields {
  const params: Fields = {};
  const items: Fields[] = [];
  if (!isMade)
    for (const [name, value] of hit) {
      if (name.startsWith('ep.')) params[name.slice(3)] = value;
      else if (name.startsWith('epn.')) params[name.slice(4)] = numberOf(value) ?? value;
      else if (/^pr\d+$/.test(name)) items.push(itemOf(value));
    }
  if (items.length > 0) params.items = items;
  for (const [short, name] of [
    ['dl', 'page_location'],
    ['dr', 'page_referrer'],
    ['dt', 'page_title'],
    ['sid', 'session_id'],
    ['cu', 'currency'],
  ] as const) {
    const value = hit.get(short);
    if (value && !(isMade && short === 'cu')) params[name] = value;
  }
  const engagement = numberOf(hit.get('_et') ?? undefined);
  if (engagement !== undefined && !isMade) params.engagement_time_msec = engagement;
  const session = numberOf(hit.get('sct') ?? undefined);
  if (session !== undefined) params.session_number = session;
  return params;
}

function traitsOf(hit: URLSearchParams): Fields | undefined {
  const traits: Fields = {};
  for (const [name, value] of hit) {
    if (name.startsWith('up.')) traits[name.slice(3)] = value;
    else if (name.startsWith('upn.')) traits[name.slice(4)] = numberOf(value) ?? value;
  }
  return said(traits);
}

/** Client hints come as parameters: `uafvl` is a list `Brand;version|...`. */
function contextOf(hit: URLSearchParams): Fields {
  const [width, height] = (hit.get('sr') ?? '').split('x').map(Number);
  const brands = (hit.get('uafvl') ?? '')
    .split('|')
    .map((part) => part.split(';').map(decodeURIComponent))
    .flatMap(([brand, version]) => (brand ? [{ brand, version: version ?? '' }] : []));
  return (
    said({
      library: { name: 'gtag' },
      ip: hit.get('_uip') ?? undefined,
      locale: hit.get('ul') ?? undefined,
      screen: said({ width: width || undefined, height: height || undefined }),
      userAgentData: hit.has('uap')
        ? said({
            platform: hit.get('uap'),
            platformVersion: hit.get('uapv'),
            architecture: hit.get('uaa'),
            model: hit.get('uam'),
            mobile: hit.get('uamb') === '1',
            fullVersionList: brands.length > 0 ? brands : undefined,
            brands: brands.length > 0 ? brands : undefined,
          })
        : undefined,
    }) ?? {}
  );
}
