import type { IncomingEvent, TraitChange } from '../../stream/contract.ts';
import type { Row, RowReader } from '../mapping/row-reader.ts';
import { refuseRow } from '../refuse-row.ts';
import {
  campaignOf,
  contextOf,
  numberIn,
  objectIn,
  type Preset,
  type PresetSurroundings,
  pageOf,
  present,
  textIn,
  timeReader,
  withIds,
  without,
} from './preset.ts';

const names: Readonly<Record<string, string>> = {
  '[Amplitude] Page Viewed': '$page',
  '[Amplitude] Screen Viewed': '$screen',
  '[Amplitude] Element Clicked': '$click',
  '[Amplitude] Form Submitted': '$form_submit',
  '[Amplitude] Rage Click': '$rage_click',
  '[Amplitude] Dead Click': '$dead_click',
  '[Amplitude] Start Session': '$session_start',
  session_start: '$session_start',
  '[Amplitude] Application Opened': '$app_open',
  '[Amplitude] Application Backgrounded': '$app_close',
  '[Amplitude] Application Installed': '$app_install',
  $identify: '$identify',
  $groupidentify: '$group',
};

const operations: Readonly<Record<string, TraitChange['operation']>> = {
  $set: 'set',
  $setOnce: 'set_once',
  $add: 'increment',
  $append: 'append',
  $prepend: 'prepend',
  $postInsert: 'union',
  $remove: 'remove',
  $unset: 'unset',
};

const pageFields = new Set(['[Amplitude] Page URL', '[Amplitude] Page Location', '[Amplitude] Page Path', '[Amplitude] Page Title', 'referrer']);
const revenueFields = new Set(['$revenue', '$price', '$quantity', '$productId', '$currency', '$revenueType']);

/** Amplitude's export (`https://amplitude.com/docs/apis/analytics/export`): one event a line, times in UTC. */
export const amplitude: Preset = {
  content: 'events',
  recognises: (row) => 'event_type' in row && 'event_time' in row && ('device_id' in row || 'user_id' in row || 'amplitude_id' in row),
  compile,
};

function compile(around: PresetSurroundings): RowReader {
  // Exports name no zone and mean UTC.
  const timeOf = timeReader('UTC');
  return (record, row) => {
    const type = textIn(record.event_type);
    if (type === undefined) throw refuseRow('row_event_missing');
    const event = names[type] ?? type;
    const given = objectIn(record.event_properties);
    const page = pageOf({
      url: given['[Amplitude] Page URL'] ?? given['[Amplitude] Page Location'],
      path: given['[Amplitude] Page Path'],
      title: given['[Amplitude] Page Title'],
      referrer: given.referrer,
    });
    const session = numberIn(record.session_id);
    const made = withIds(
      {
        messageId: textIn(record.$insert_id) ?? textIn(record.insert_id) ?? textIn(record.uuid) ?? around.idOf(row),
        kind:
          event === '$page' ? 'page' : event === '$screen' ? 'screen' : event === '$identify' ? 'identify' : event === '$group' ? 'group' : 'track',
        event,
        preset: event.startsWith('$'),
        time: timeOf(record.client_event_time ?? record.event_time, 'event_time'),
        sequence: row,
        properties: {
          ...(event === '$page' && page),
          ...surroundings(record),
          ...revenue(given),
          ...without(given, new Set([...pageFields, ...revenueFields])),
        },
        context: contextOf({
          page,
          campaign: campaignOf(given),
          ip: textIn(record.ip_address),
          locale: textIn(record.language),
          library: present({ name: record.library }),
        }),
      },
      {
        userId: textIn(record.user_id),
        anonymousId: textIn(record.device_id),
        sessionId: session === undefined || session < 0 ? undefined : String(record.session_id),
      },
    );
    return withPerson(made, record);
  };
}

function surroundings(record: Row): Record<string, unknown> {
  return present({
    $country: record.country,
    $province: record.region,
    $city: record.city,
    $os: record.os_name,
    $os_version: textIn(record.os_version),
    $device_brand: record.device_brand ?? record.device_manufacturer,
    $device_model: record.device_model ?? record.device_type,
    $language: record.language,
    app_version: record.version_name,
    platform: record.platform,
  });
}

function revenue(given: Record<string, unknown>): Record<string, unknown> {
  const price = numberIn(given.$price);
  const total = numberIn(given.$revenue) ?? (price === undefined ? undefined : price * (numberIn(given.$quantity) ?? 1));
  return present({ revenue: total, price, quantity: numberIn(given.$quantity), productId: given.$productId, currency: given.$currency });
}

/** User properties are values (what stood at the event) or, on `$identify`, changes. */
function withPerson(event: IncomingEvent, record: Row): IncomingEvent {
  const given = objectIn(record.user_properties);
  const traits: Record<string, unknown> = {};
  const changes: TraitChange[] = [];
  for (const [name, value] of Object.entries(given)) {
    const operation = operations[name];
    if (operation === undefined) {
      if (value !== 'EMPTY' && !name.startsWith('$')) traits[name] = value;
    } else
      for (const [trait, change] of Object.entries(objectIn(value)))
        changes.push({ operation, name: trait, ...(operation !== 'unset' && { value: change }) });
  }
  if (given.$clearAll !== undefined) changes.push({ operation: 'unset_all', name: '' });
  if (Object.keys(traits).length > 0) event.traits = traits;
  if (changes.length > 0) event.traitChanges = changes;
  const groups = Object.entries(objectIn(record.groups)).flatMap(([type, ids]) =>
    (Array.isArray(ids) ? ids : [ids]).flatMap((id) => (textIn(id) === undefined ? [] : [{ type, id: String(id) }])),
  );
  if (groups.length > 0) event.groups = groups;
  return event;
}
