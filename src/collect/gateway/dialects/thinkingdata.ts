import type { IncomingEvent, TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectBatch, DialectRequest } from '../dialect.ts';
import { isObject, parseForm, parseJson, unpack } from '../read-body.ts';
import { idOf, numberOf, objectOf, readEach, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

const BODY_MAX_BYTES = 4 * 1024 * 1024;

/** ThinkingData (数数): `/sync_server`, `/sync`, `/sync_js`. The `appid` is the 32 digits of the write key. */
export const thinkingdata: Dialect = {
  name: 'thinkingdata',
  routes: [
    ...['/sync_server', '/sync', '/sync_js', '/sync_data'].map((path) => ({
      methods: ['POST'] as const,
      path,
      bodySizeMaxBytes: BODY_MAX_BYTES,
      read: readRecords,
      // The SDKs take anything but 0 for a failure and send all of it again; what was refused is in the live view.
      answer: () => ({ status: 200, body: { code: 0 } }),
      fail: (error: { status: number; message: string }) => ({
        status: error.status >= 429 ? error.status : 200,
        body: { code: error.status === 401 ? -2 : -1, msg: error.message },
      }),
    })),
    {
      methods: ['GET'],
      path: '/config',
      read: () => ({ answer: { status: 200, body: { code: 0, data: { sync_interval: 30, sync_batch_size: 30, disable_event_list: [] } } } }),
      answer: () => ({ status: 200, body: { code: 0 } }),
    },
  ],
};

async function readRecords(request: DialectRequest): Promise<DialectBatch> {
  const first = request.body[0];
  const isJson = first === 0x7b || first === 0x5b;
  const form = isJson ? undefined : parseForm(request.body);
  const packed = form?.get('data')?.replaceAll(' ', '+');
  if (!isJson && !packed) throw refuseGateway('body_unreadable');
  const sent = isJson ? request.json() : parseJson(await unpack(Buffer.from(packed ?? '', 'base64'), BODY_MAX_BYTES));
  const raws: unknown[] = Array.isArray(sent) ? sent : isObject(sent) && Array.isArray(sent.data) ? sent.data : [sent];
  const inBody = isObject(sent) ? textOf(sent['#app_id']) : undefined;
  const header = request.headers.appid;
  const token = (typeof header === 'string' ? header : undefined) ?? form?.get('appid') ?? request.query.get('appid') ?? inBody ?? appIdOf(raws);
  return {
    ...(token && { token }),
    isFromServer: request.path === '/sync_server',
    messages: readEach(raws, (raw, sequence) => readRecord(raw, request, sequence)),
  };
}

function appIdOf(raws: readonly unknown[]): string | undefined {
  const [first] = raws;
  return isObject(first) ? textOf(first['#app_id']) : undefined;
}

const presetEvents: Readonly<Record<string, string>> = {
  ta_app_start: '$app_open',
  ta_app_end: '$app_close',
  ta_app_install: '$app_install',
  ta_app_crash: '$app_crash',
  ta_app_view: '$screen',
  ta_app_click: '$click',
  ta_pageview: '$page',
  ta_page_show: '$page',
  ta_page_hide: '$page_leave',
};

const userOperations: Readonly<Record<string, TraitChange['operation']>> = {
  user_set: 'set',
  user_setOnce: 'set_once',
  user_set_once: 'set_once',
  user_add: 'increment',
  user_unset: 'unset',
  user_del: 'unset_all',
  user_append: 'append',
  user_uniq_append: 'union',
};

function readRecord(raw: Fields, request: DialectRequest, sequence: number): IncomingEvent {
  const type = textOf(raw['#type']) ?? '';
  const sent = objectOf(raw.properties, 'properties');
  const account = idOf(raw['#account_id'], '#account_id');
  const device = idOf(raw['#distinct_id'], '#distinct_id');
  const event = {
    messageId: idOf(raw['#uuid'], '#uuid') ?? request.newId(),
    time: timeOf(raw['#time'], sent['#zone_offset'], request.receivedAt),
    sequence,
    context: contextOf(raw, sent),
    ...(account !== undefined && { userId: account }),
    ...(device !== undefined && { anonymousId: device }),
  };
  const operation = userOperations[type];
  if (operation !== undefined) {
    const values = ownProperties(sent);
    const changes = operation === 'unset_all' ? [{ operation, name: '' }] : Object.entries(values).flatMap((entry) => changeOf(operation, entry));
    return {
      ...event,
      kind: 'identify',
      event: '$identify',
      properties: operation === 'set' ? values : { operation: type },
      traitChanges: changes,
      passive: true,
    };
  }
  if (!['track', 'track_first', 'track_update', 'track_overwrite'].includes(type))
    throw refuseGateway('type_unknown', { details: { type: type.slice(0, 40) } });
  return { ...event, ...naming(raw['#event_name']), properties: { ...ownProperties(sent), ...webProperties(sent) } };
}

function changeOf(operation: TraitChange['operation'], [name, value]: [string, unknown]): TraitChange[] {
  if (operation === 'unset') return [{ operation, name }];
  if ((operation === 'append' || operation === 'union') && Array.isArray(value))
    return value.map((part: unknown) => ({ operation, name, value: part }));
  return [{ operation, name, value }];
}

function naming(name: unknown): Pick<IncomingEvent, 'kind' | 'event' | 'preset'> {
  const sent = textOf(name) ?? '';
  const event = presetEvents[sent];
  if (event === '$page') return { kind: 'page', event };
  if (event === '$screen') return { kind: 'screen', event };
  return event === undefined ? { kind: 'track', event: sent } : { kind: 'track', event, preset: true };
}

/** `2026-05-01 10:00:00.000` on the clock of `#zone_offset` hours, UTC+8 where it is not said, as in the product's own documents; or a number (ms). */
function timeOf(value: unknown, zoneOffset: unknown, receivedAt: number): number {
  if (value === undefined || value === null || value === '') return receivedAt;
  if (typeof value === 'number') return value;
  const wall =
    typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?$/.test(value) ? Date.parse(`${value.replace(' ', 'T')}Z`) : Number.NaN;
  if (Number.isNaN(wall)) throw refuseGateway('field_invalid', { details: { field: '#time', wanted: 'yyyy-MM-dd HH:mm:ss.SSS' } });
  return wall - (numberOf(zoneOffset) ?? 8) * 3_600_000;
}

/** Names that begin with `#` are presets and stand in the context. */
function ownProperties(sent: Fields): Fields {
  const own: Fields = {};
  for (const name in sent) if (!name.startsWith('#')) own[name] = sent[name];
  return own;
}

function webProperties(sent: Fields): Fields {
  const url = textOf(sent['#url']);
  return (
    said({
      url,
      path: textOf(sent['#url_path']) ?? (url && URL.parse(url)?.pathname),
      title: sent['#title'],
      referrer: sent['#referrer'],
      name: sent['#screen_name'],
      duration: sent['#duration'],
    }) ?? {}
  );
}

function contextOf(raw: Fields, sent: Fields): Fields {
  const web = webProperties(sent);
  return (
    said({
      library: said({ name: textOf(sent['#lib']) ? `thinkingdata-${textOf(sent['#lib'])}` : undefined, version: sent['#lib_version'] }),
      ip: textOf(raw['#ip']),
      userAgent: textOf(sent['#ua']),
      locale: textOf(sent['#system_language']),
      page: web.url === undefined ? undefined : said({ url: web.url, path: web.path, title: web.title, referrer: web.referrer }),
      app: said({ version: sent['#app_version'], namespace: sent['#bundle_id'] }),
      os: said({ name: sent['#os'], version: sent['#os_version'] }),
      device: said({ id: sent['#device_id'], model: sent['#device_model'], manufacturer: sent['#manufacturer'] }),
      screen: said({ width: sent['#screen_width'], height: sent['#screen_height'] }),
      network: said({ carrier: sent['#carrier'], type: sent['#network_type'] }),
      location: said({ country: sent['#country_code'], region: sent['#province'], city: sent['#city'] }),
    }) ?? {}
  );
}
