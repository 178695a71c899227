import type { RowReader } from '../mapping/row-reader.ts';
import { refuseRow } from '../refuse-row.ts';
import {
  campaignOf,
  contextOf,
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

/** Presets of Mixpanel and what they are called here. */
const names: Readonly<Record<string, string>> = {
  $mp_web_page_view: '$page',
  $mp_click: '$click',
  $mp_submit: '$form_submit',
  $mp_rage_click: '$rage_click',
  $mp_dead_click: '$dead_click',
  $mp_page_leave: '$page_leave',
  $session_start: '$session_start',
  $ae_session: '$session_start',
  $ae_first_open: '$app_install',
  $ae_crashed: '$app_crash',
};

/** Fields that are not properties here: they became ids, time, surroundings or enrichment. */
const taken = new Set([
  ...[
    'time',
    'distinct_id',
    '$insert_id',
    '$device_id',
    '$user_id',
    '$distinct_id_before_identity',
    'token',
    'mp_lib',
    '$lib_version',
    '$import',
    'mp_processing_time_ms',
  ],
  ...[
    'mp_api_endpoint',
    'mp_api_timestamp_ms',
    '$mp_api_endpoint',
    '$mp_api_timestamp_ms',
    'mp_country_code',
    '$region',
    '$city',
    '$browser',
    '$browser_version',
    '$os',
  ],
  ...[
    '$os_version',
    '$device',
    '$model',
    '$brand',
    '$current_url',
    '$referrer',
    '$referring_domain',
    'utm_source',
    'utm_medium',
    'utm_campaign',
    'utm_content',
    'utm_term',
  ],
  ...['current_page_title', 'current_url_path', 'current_domain', 'current_url_protocol', 'current_url_search', '$screen_height', '$screen_width'],
]);

/** Mixpanel's raw export: `{"event":"…","properties":{"time":…,"distinct_id":…}}` a line (https://developer.mixpanel.com/reference/raw-event-export). */
export const mixpanel: Preset = {
  content: 'events',
  recognises: (row) => {
    const properties = objectIn(row.properties);
    return typeof row.event === 'string' && 'distinct_id' in properties && 'time' in properties;
  },
  compile,
};

function compile(around: PresetSurroundings): RowReader {
  const timeOf = timeReader(around.timeZone);
  return (record, row) => {
    const given = objectIn(record.properties);
    const name = textIn(record.event);
    if (name === undefined) throw refuseRow('row_event_missing');
    const event = names[name] ?? name;
    const page = pageOf({ url: given.$current_url, title: given.current_page_title, referrer: given.$referrer });
    return withIds(
      {
        messageId: textIn(given.$insert_id) ?? around.idOf(row),
        kind: event === '$page' ? 'page' : event === '$identify' ? 'identify' : 'track',
        event,
        preset: event.startsWith('$'),
        time: timeOf(given.time, 'properties.time'),
        sequence: row,
        properties: {
          ...(event === '$page' && page),
          ...present({
            $country: given.mp_country_code,
            $province: given.$region,
            $city: given.$city,
            $browser: given.$browser,
            $browser_version: textIn(given.$browser_version),
            $os: given.$os,
            $os_version: textIn(given.$os_version),
            $device_model: given.$model ?? given.$device,
            $device_brand: given.$brand,
          }),
          ...without(given, taken),
        },
        context: contextOf({ page, campaign: campaignOf(given), library: present({ name: given.mp_lib, version: given.$lib_version }) }),
      },
      idsOf(given),
    );
  };
}

/** Simplified id merge writes `$device:<id>` for devices; the original one writes both ids on the events that join them. */
function idsOf(given: Record<string, unknown>): { userId?: string | undefined; anonymousId?: string | undefined } {
  const distinct = textIn(given.distinct_id);
  const device = textIn(given.$device_id) ?? (distinct?.startsWith('$device:') ? distinct.slice('$device:'.length) : undefined);
  const user = textIn(given.$user_id) ?? (distinct !== undefined && !distinct.startsWith('$device:') && distinct !== device ? distinct : undefined);
  return { userId: user, anonymousId: device };
}

const profileNames: Readonly<Record<string, string>> = {
  $email: 'email',
  $name: 'name',
  $first_name: 'firstName',
  $last_name: 'lastName',
  $phone: 'phone',
  $created: 'createdAt',
  $avatar: 'avatar',
  $city: 'city',
  $region: 'region',
  $country_code: 'country',
  $timezone: 'timezone',
};

/** Mixpanel's profiles (engage): `{"$distinct_id":"…","$properties":{…}}` a line. */
export const mixpanelPeople: Preset = {
  content: 'people',
  recognises: (row) => '$distinct_id' in row && '$properties' in row,
  compile: (around) => (record, row) => {
    const id = textIn(record.$distinct_id);
    const traits = Object.fromEntries(Object.entries(objectIn(record.$properties)).map(([name, value]) => [profileNames[name] ?? name, value]));
    const isDevice = id?.startsWith('$device:') === true;
    return withIds(
      {
        messageId: around.idOf(row),
        kind: 'identify',
        event: '$identify',
        time: around.takenAt,
        sequence: row,
        properties: traits,
        traits,
        context: {},
        passive: true,
      },
      isDevice ? { anonymousId: id?.slice('$device:'.length) } : { userId: id },
    );
  },
};
