import type { IncomingEvent } from '../../stream/contract.ts';
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

const names: Readonly<Record<string, string>> = {
  $pageview: '$page',
  $pageleave: '$page_leave',
  $rageclick: '$rage_click',
  $dead_click: '$dead_click',
  $create_alias: '$alias',
  $groupidentify: '$group',
  $set: '$identify',
  'Application Opened': '$app_open',
  'Application Backgrounded': '$app_close',
  'Application Installed': '$app_install',
};
const elementEvents: Readonly<Record<string, string>> = { click: '$click', submit: '$form_submit' };
const kinds: Readonly<Record<string, IncomingEvent['kind']>> = {
  $page: 'page',
  $screen: 'screen',
  $identify: 'identify',
  $alias: 'alias',
  $group: 'group',
};

const taken = new Set([
  ...[
    'distinct_id',
    'token',
    '$device_id',
    '$user_id',
    '$anon_distinct_id',
    '$session_id',
    '$window_id',
    '$insert_id',
    '$time',
    '$sent_at',
    '$set',
    '$set_once',
    '$unset',
    '$groups',
  ],
  ...[
    '$current_url',
    '$pathname',
    '$host',
    '$referrer',
    '$referring_domain',
    '$title',
    '$ip',
    '$raw_user_agent',
    '$lib',
    '$lib_version',
    '$browser',
    '$browser_version',
    '$os',
  ],
  ...[
    '$os_version',
    '$device_type',
    '$browser_language',
    '$timezone',
    '$geoip_country_code',
    '$geoip_subdivision_1_name',
    '$geoip_city_name',
    '$process_person_profile',
  ],
  ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', '$is_identified', '$group_type', '$group_key', '$group_set'],
]);

/** PostHog's batch exports (JSON lines, Parquet, CSV): https://posthog.com/docs/cdp/batch-exports */
export const posthog: Preset = {
  content: 'events',
  recognises: (row) => 'event' in row && 'distinct_id' in row && 'properties' in row && ('uuid' in row || 'timestamp' in row),
  compile,
};

function compile(around: PresetSurroundings): RowReader {
  const timeOf = timeReader('UTC');
  return (record, row) => {
    const given = objectIn(record.properties);
    const event = nameOf(textIn(record.event), given);
    const page = pageOf({ url: given.$current_url, path: given.$pathname, title: given.$title, referrer: given.$referrer });
    const made = withIds(
      {
        messageId: textIn(record.uuid) ?? textIn(given.$insert_id) ?? around.idOf(row),
        kind: kinds[event] ?? 'track',
        event,
        preset: event.startsWith('$'),
        time: timeOf(record.timestamp, 'timestamp'),
        sequence: row,
        properties: { ...(event === '$page' && page), ...surroundings(given), ...without(given, taken) },
        context: contextOf({
          page,
          campaign: campaignOf(given),
          ip: textIn(given.$ip),
          userAgent: textIn(given.$raw_user_agent),
          locale: textIn(given.$browser_language),
          timezone: textIn(given.$timezone),
          library: present({ name: given.$lib, version: given.$lib_version }),
        }),
      },
      { ...idsOf(event, textIn(record.distinct_id), given), sessionId: textIn(given.$session_id) },
    );
    return withPerson(made, given, textIn(record.distinct_id));
  };
}

function nameOf(name: string | undefined, given: Record<string, unknown>): string {
  if (name === undefined) throw refuseRow('row_event_missing');
  if (name === '$autocapture') return elementEvents[String(given.$event_type)] ?? name;
  return names[name] ?? name;
}

function surroundings(given: Record<string, unknown>): Record<string, unknown> {
  return present({
    $country: given.$geoip_country_code,
    $province: given.$geoip_subdivision_1_name,
    $city: given.$geoip_city_name,
    $browser: given.$browser,
    $browser_version: textIn(given.$browser_version),
    $os: given.$os,
    $os_version: textIn(given.$os_version),
    $device_type: given.$device_type,
    $language: given.$browser_language,
  });
}

/** A distinct id that is the device's is nobody's name yet. */
function idsOf(
  event: string,
  distinct: string | undefined,
  given: Record<string, unknown>,
): { userId?: string | undefined; anonymousId?: string | undefined } {
  const device = textIn(given.$device_id);
  if (event === '$identify') return { userId: distinct, anonymousId: textIn(given.$anon_distinct_id) ?? (device === distinct ? undefined : device) };
  const isDevice = distinct !== undefined && (distinct === device || given.$is_identified === false || given.$process_person_profile === false);
  return isDevice ? { anonymousId: distinct } : { userId: distinct, anonymousId: event === '$alias' || device === distinct ? undefined : device };
}

function withPerson(event: IncomingEvent, given: Record<string, unknown>, distinct: string | undefined): IncomingEvent {
  const traits = objectIn(given.$set);
  if (Object.keys(traits).length > 0) event.traits = traits;
  const once = Object.entries(objectIn(given.$set_once)).map(([name, value]) => ({ operation: 'set_once' as const, name, value }));
  if (once.length > 0) event.traitChanges = once;
  const alias = textIn(given.alias);
  if (event.event === '$alias' && alias !== undefined && distinct !== undefined) Object.assign(event, { userId: distinct, previousId: alias });
  const groups = Object.entries(objectIn(given.$groups)).flatMap(([type, id]) => (textIn(id) === undefined ? [] : [{ type, id: String(id) }]));
  const type = textIn(given.$group_type);
  const key = textIn(given.$group_key);
  if (event.event === '$group' && type !== undefined && key !== undefined) {
    const changes = Object.entries(objectIn(given.$group_set)).map(([name, value]) => ({ operation: 'set' as const, name, value }));
    event.groups = [{ type, id: key, changes }];
  } else if (groups.length > 0) event.groups = groups;
  return event;
}
