import type { GroupClaim, IncomingEvent, TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import { isObject } from '../read-body.ts';
import { instantOf } from '../segment-message.ts';
import { elementOf } from './posthog-elements.ts';
import { campaignOf, idOf, numberOf, objectOf, pageOf, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

export interface PostHogSurroundings {
  sequence: number;
  receivedAt: number;
  newId(): string;
}

/** Names that its libraries give and the ones that everybody uses here. `$autocapture` goes by what was done. */
const presetNames: Readonly<Record<string, string>> = {
  $pageview: '$page',
  $screen: '$screen',
  $pageleave: '$page_leave',
  $rageclick: '$rage_click',
  $dead_click: '$dead_click',
  $identify: '$identify',
  $set: '$identify',
  $create_alias: '$alias',
  $groupidentify: '$group',
};
const autocaptured: Readonly<Record<string, string>> = { click: '$click', submit: '$form_submit', change: '$input_change' };
/** Named by the mobile libraries themselves; from others these are the sender's own names. */
const lifecycle: Readonly<Record<string, string>> = {
  'Application Opened': '$app_open',
  'Application Became Active': '$app_open',
  'Application Backgrounded': '$app_close',
  'Application Installed': '$app_install',
  'Application Crashed': '$app_crash',
};
const mobileLibrary = /^posthog-(ios|android|react-native|flutter)/;

/** Properties that are told elsewhere: as ids, time, traits, or in the context. */
const toldElsewhere = new Set(
  (
    'distinct_id token $time $insert_id $anon_distinct_id $user_id $device_id $is_identified $process_person_profile $geoip_disable $is_server $ip ' +
    '$set $set_once $unset $groups $group_type $group_key $group_set $session_id $current_url $host $pathname $referrer $referring_domain title ' +
    '$raw_user_agent $user_agent $os $os_name $os_version $browser $browser_version $device_type $device_manufacturer $device_model $device_name ' +
    '$app_name $app_version $app_build $app_namespace $browser_language $browser_language_prefix $locale $timezone $timezone_offset $lib $lib_version ' +
    '$screen_height $screen_width $screen_name $viewport_height $viewport_width $network_wifi $network_cellular $network_carrier ' +
    'utm_source utm_medium utm_campaign utm_content utm_term $event_type $elements $elements_chain $el_text $prev_pageview_duration alias'
  ).split(' '),
);
/** What the libraries tell about themselves. */
const aboutItself =
  /^\$(sdk_|lib_|session_entry_|config_defaults|initialization_time|configured_session|autocapture_disabled|web_vitals_enabled|recording_|replay_|window_id|pageview_id|prev_pageview_id|active_feature_flags|feature_flag_payloads|feature_flag_request_id|enabled_feature_flags|had_persisted|cymbal)/;
const uuidByTime = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Reads one event of PostHog's capture API (https://posthog.com/docs/api/capture; names of properties as its libraries send them). */
export function readPostHogEvent(raw: Fields, around: PostHogSurroundings): IncomingEvent {
  const name = textOf(raw.event) ?? '';
  const sent = objectOf(raw.properties, 'properties');
  const event: IncomingEvent = {
    messageId: idOf(raw.uuid, 'uuid') ?? idOf(sent.$insert_id, '$insert_id') ?? around.newId(),
    ...naming(name, sent),
    time: timeOf(raw, sent, around),
    sequence: around.sequence,
    properties: {},
    context: contextOf(sent),
  };
  const sessionId = textOf(sent.$session_id);
  if (sessionId !== undefined) event.sessionId = sessionId;
  addPeople(event, name, raw, sent);
  event.properties = propertiesOf(event.event, sent);
  addTraits(event, raw, sent);
  addGroups(event, sent);
  return event;
}

/** Whether a server sent it on behalf of people. */
export function isServerEvent(raw: unknown): boolean {
  const sent = isObject(raw) && isObject(raw.properties) ? raw.properties : {};
  return sent.$is_server === true || /^posthog-(node|python|ruby|go|java|php|dotnet|elixir|rust)/.test(textOf(sent.$lib) ?? '');
}

function naming(name: string, sent: Fields): Pick<IncomingEvent, 'event' | 'kind' | 'preset'> {
  let event = presetNames[name];
  if (name === '$autocapture') event = autocaptured[textOf(sent.$event_type) ?? ''] ?? name;
  else if (lifecycle[name] !== undefined && mobileLibrary.test(textOf(sent.$lib) ?? '')) event = lifecycle[name];
  if (event === '$page') return { event, kind: 'page' };
  if (event === '$screen') return { event, kind: 'screen' };
  if (event === '$identify') return { event, kind: 'identify' };
  if (event === '$alias') return { event, kind: 'alias' };
  if (event === '$group') return { event, kind: 'group' };
  event ??= name;
  return event.startsWith('$') ? { event, kind: 'track', preset: true } : { event, kind: 'track' };
}

/** `timestamp` (ISO 8601), or in old libraries `offset`: milliseconds between what happened and the sending. */
function timeOf(raw: Fields, sent: Fields, around: PostHogSurroundings): number {
  if (raw.timestamp !== undefined && raw.timestamp !== null && raw.timestamp !== '') {
    const time = instantOf(raw.timestamp);
    if (time === undefined) throw refuseGateway('field_invalid', { details: { field: 'timestamp', wanted: 'ISO 8601' } });
    return time;
  }
  const offset = numberOf(raw.offset);
  if (offset !== undefined && offset >= 0) return around.receivedAt - offset;
  const seconds = numberOf(sent.$time);
  return seconds === undefined ? around.receivedAt : Math.round(seconds * 1_000);
}

/**
 * In PostHog all ids of a person are alike. Which one names a known person and which a device is read from what its libraries say beside it: the
 * browser's `$is_identified`, the id that `$identify` leaves behind, and the form of the ids that the libraries make themselves (UUID version 7).
 */
function addPeople(event: IncomingEvent, name: string, raw: Fields, sent: Fields): void {
  const id = idOf(raw.distinct_id ?? raw.$distinct_id ?? sent.distinct_id, 'distinct_id');
  if (event.kind === 'alias') {
    const alias = idOf(sent.alias, 'alias');
    if (id !== undefined) event.userId = id;
    if (alias !== undefined) event.previousId = alias;
    return;
  }
  if (id === undefined || id === groupPersonOf(sent)) return;
  const left = idOf(sent.$anon_distinct_id, '$anon_distinct_id');
  if (name === '$identify') {
    event.userId = id;
    if (left !== undefined && left !== id) event.anonymousId = left;
  } else if (isAnonymous(id, sent)) event.anonymousId = id;
  else event.userId = id;
}

function isAnonymous(id: string, sent: Fields): boolean {
  if (sent.$is_identified === false) return true;
  if (sent.$is_identified === true || sent.$user_id === id) return false;
  return sent.$device_id === id || uuidByTime.test(id);
}

/** Its server libraries send what they say of a group under an id that is nobody's. */
function groupPersonOf(sent: Fields): string | undefined {
  return sent.$group_type === undefined ? undefined : `$${String(sent.$group_type)}_${String(sent.$group_key)}`;
}

function propertiesOf(event: string, sent: Fields): Fields {
  const properties: Fields = {};
  for (const name in sent) {
    if (toldElsewhere.has(name)) continue;
    const value = sent[name];
    const isPreset = name.charCodeAt(0) === 36;
    // What a library did not find out is sent as null; a null of the sender's own is kept.
    if ((isPreset && aboutItself.test(name)) || (value === null && (isPreset || isClickId(name)))) continue;
    properties[name] = value;
  }
  if (event === '$page') Object.assign(properties, pageOf(sent.$current_url, { title: sent.title, referrer: referrerOf(sent) }));
  else if (typeof sent.title === 'string' && sent.$current_url === undefined) properties.title = sent.title;
  if (event === '$screen' && sent.$screen_name !== undefined) properties.name = sent.$screen_name;
  if (event === '$page_leave') {
    const duration = numberOf(sent.$prev_pageview_duration);
    Object.assign(properties, pageOf(sent.$current_url, { title: sent.title }), duration !== undefined && { duration });
  }
  if (sent.$event_type !== undefined || event === '$rage_click' || event === '$dead_click') Object.assign(properties, elementOf(sent));
  return properties;
}

/** Parameters of advertisers that the browser library always looks for. */
const clickIds = new Set(
  'li_fat_id gad_source mc_cid gclid gclsrc dclid gbraid wbraid fbclid msclkid twclid igshid ttclid rdt_cid epik qclid sccid oppref bfcid irclid _kx'.split(
    ' ',
  ),
);
function isClickId(name: string): boolean {
  return clickIds.has(name);
}

/** `$direct` stands for none. */
function referrerOf(sent: Fields): unknown {
  return sent.$referrer === '$direct' ? undefined : sent.$referrer;
}

/** Surroundings in Segment's words. What the library found out of the user agent is left to enrichment when the user agent itself came along. */
function contextOf(sent: Fields): Fields {
  const userAgent = textOf(sent.$raw_user_agent) ?? textOf(sent.$user_agent);
  const os = userAgent === undefined ? said({ name: sent.$os_name ?? sent.$os, version: sent.$os_version }) : undefined;
  const device = said({
    id: sent.$device_id,
    manufacturer: sent.$device_manufacturer,
    model: sent.$device_model,
    name: sent.$device_name,
    type: userAgent === undefined ? sent.$device_type : undefined,
  });
  return (
    said({
      library: said({ name: sent.$lib === 'web' ? 'posthog-js' : (sent.$lib ?? 'posthog'), version: sent.$lib_version }),
      ip: sent.$ip,
      userAgent,
      locale: sent.$locale ?? sent.$browser_language,
      timezone: sent.$timezone,
      page: sent.$current_url === undefined ? undefined : pageOf(sent.$current_url, { title: sent.title, referrer: referrerOf(sent) }),
      campaign: campaignOf((parameter) => sent[parameter]),
      screen: said({ width: sent.$screen_width, height: sent.$screen_height, innerWidth: sent.$viewport_width, innerHeight: sent.$viewport_height }),
      os,
      device,
      app: said({ name: sent.$app_name, version: sent.$app_version, build: sent.$app_build, namespace: sent.$app_namespace }),
      network: said({ wifi: sent.$network_wifi, cellular: sent.$network_cellular, carrier: sent.$network_carrier }),
    }) ?? {}
  );
}

/** `$set`, `$set_once` and `$unset` may stand on any event, beside its properties or in them. */
function addTraits(event: IncomingEvent, raw: Fields, sent: Fields): void {
  const set = { ...objectOf(sent.$set, '$set'), ...objectOf(raw.$set, '$set') };
  if (Object.keys(set).length > 0) {
    event.traits = set;
    if (event.kind === 'identify') Object.assign(event.properties, set);
  }
  const changes: TraitChange[] = [];
  const once = { ...objectOf(sent.$set_once, '$set_once'), ...objectOf(raw.$set_once, '$set_once') };
  for (const name in once) if (once[name] !== null) changes.push({ operation: 'set_once', name, value: once[name] });
  const unset = sent.$unset ?? raw.$unset;
  for (const name of Array.isArray(unset) ? unset : isObject(unset) ? Object.keys(unset) : [])
    if (typeof name === 'string') changes.push({ operation: 'unset', name });
  if (changes.length > 0) event.traitChanges = changes;
}

function addGroups(event: IncomingEvent, sent: Fields): void {
  const groups: GroupClaim[] = [];
  const type = textOf(sent.$group_type);
  const id = textOf(sent.$group_key);
  if (event.kind === 'group' && type !== undefined && id !== undefined) {
    const set = objectOf(sent.$group_set, '$group_set');
    groups.push({ type, id, changes: Object.entries(set).map(([name, value]) => ({ operation: 'set', name, value })) });
    Object.assign(event.properties, set, { groupType: type, groupId: id });
  } else if (isObject(sent.$groups))
    for (const [kind, value] of Object.entries(sent.$groups)) {
      const key = textOf(value);
      if (key !== undefined) groups.push({ type: kind, id: key });
    }
  if (groups.length > 0) event.groups = groups;
}
