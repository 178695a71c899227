import { hash } from 'node:crypto';
import { type IncomingEvent, isPlaceholder } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import { campaignOf, idOf, numberOf, objectOf, pageOf, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

export interface MixpanelSurroundings {
  sequence: number;
  receivedAt: number;
  newId(): string;
}

/** Names that its libraries give and the ones that everybody uses here. */
const presetNames: Readonly<Record<string, string>> = {
  $mp_web_page_view: '$page',
  $mp_click: '$click',
  $mp_rage_click: '$rage_click',
  $mp_dead_click: '$dead_click',
  $mp_submit: '$form_submit',
  $mp_page_leave: '$page_leave',
  $mp_session_start: '$session_start',
  $ae_first_open: '$app_install',
  $ae_crashed: '$app_crash',
  $identify: '$identify',
  $create_alias: '$alias',
  $merge: '$alias',
};

/** Properties that are told elsewhere: as ids, time, or in the context. */
const toldElsewhere = new Set(
  (
    'token time ip $ip distinct_id $device_id $user_id $insert_id $identified_id $anon_id $anon_distinct_id $distinct_ids alias mp_lib $lib_version ' +
    '$mp_api_endpoint $mp_api_timestamp_ms $mp_replay_id $browser $browser_version $os $os_version $device $current_url $referrer $referring_domain ' +
    '$screen_height $screen_width $screen_dpi $manufacturer $brand $model $app_version $app_version_string $app_build_number $app_release $carrier $wifi ' +
    'mp_country_code $city $region utm_source utm_medium utm_campaign utm_content utm_term mp_sent_by_lib_version $search_engine'
  ).split(' '),
);
const pageFields = new Set('current_page_title current_domain current_url_path current_url_protocol current_url_search'.split(' '));

/** Mixpanel puts this before the ids that its browser library makes for devices. */
const DEVICE = '$device:';
/** Above this a time is in milliseconds: as seconds it would lie in the year 5138. */
const SECONDS_MAX = 1e11;

/** Whether the id stands for somebody (https://docs.mixpanel.com/docs/tracking-methods/id-management: distinct ids that are never joined). */
export function isSomebody(id: string): boolean {
  return id.trim() !== '' && !isPlaceholder(id);
}

/** Reads one event of `/track` and `/import` (https://developer.mixpanel.com/reference/track-event). */
export function readMixpanelEvent(raw: Fields, around: MixpanelSurroundings): IncomingEvent {
  const name = raw.event === undefined || raw.event === null ? '' : raw.event;
  if (typeof name !== 'string') throw refuseGateway('field_invalid', { details: { field: 'event', wanted: 'text' } });
  const sent = objectOf(raw.properties, 'properties');
  const event: IncomingEvent = {
    messageId: messageIdOf(name, sent) ?? around.newId(),
    ...naming(name),
    time: timeOf(sent.time, 'time') ?? around.receivedAt,
    sequence: around.sequence,
    properties: {},
    context: contextOf(sent),
  };
  if (name === '$create_alias' || name === '$merge') addAlias(event, name, sent);
  else if (name === '$identify') addIdentify(event, sent);
  else Object.assign(event, peopleOf(sent));
  event.properties = propertiesOf(event, sent);
  return event;
}

/** Seconds with a fraction, or milliseconds; undefined without one. Throws `gateway.field_invalid`. */
export function timeOf(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = numberOf(value);
  if (number !== undefined) return Math.round(Math.abs(number) < SECONDS_MAX ? number * 1_000 : number);
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw refuseGateway('field_invalid', { details: { field, wanted: 'seconds or milliseconds since 1970' } });
  return time;
}

/** Whom `distinct_id`, `$device_id` and `$user_id` name: with both, the device is the user's. */
export function peopleOf(sent: Fields, distinct: unknown = sent.distinct_id): Pick<IncomingEvent, 'userId' | 'anonymousId'> {
  const given = { id: known(distinct, 'distinct_id'), device: known(sent.$device_id, '$device_id'), user: known(sent.$user_id, '$user_id') };
  const isDevice = given.id !== undefined && (given.id.startsWith(DEVICE) || given.id === given.device);
  const user = given.user ?? (isDevice ? undefined : given.id);
  const device = given.device ?? (isDevice ? given.id : undefined);
  return { ...(user !== undefined && { userId: user }), ...(device !== undefined && { anonymousId: withoutMark(device) }) };
}

function known(value: unknown, field: string): string | undefined {
  const id = idOf(value, field);
  return id !== undefined && isSomebody(id) ? id : undefined;
}

function withoutMark(id: string): string {
  return id.startsWith(DEVICE) ? id.slice(DEVICE.length) : id;
}

/** Mixpanel takes two events for one when name, person, time and `$insert_id` are the same. Without an `$insert_id` nothing is ever taken for another. */
function messageIdOf(name: string, sent: Fields): string | undefined {
  const insertId = idOf(sent.$insert_id, '$insert_id');
  if (insertId === undefined) return undefined;
  return `${insertId}:${hash('sha1', JSON.stringify([name, sent.distinct_id, sent.time])).slice(0, 16)}`;
}

function naming(name: string): Pick<IncomingEvent, 'event' | 'kind' | 'preset'> {
  const event = presetNames[name] ?? name;
  if (event === '$page') return { event, kind: 'page' };
  if (event === '$identify') return { event, kind: 'identify' };
  if (event === '$alias') return { event, kind: 'alias' };
  return event.startsWith('$') ? { event, kind: 'track', preset: true } : { event, kind: 'track' };
}

/** `alias` and `distinct_id` are one person; whichever names a device is the one that came before. `$merge` names two ids. */
function addAlias(event: IncomingEvent, name: string, sent: Fields): void {
  const listed = name === '$merge' && Array.isArray(sent.$distinct_ids) ? sent.$distinct_ids : [sent.distinct_id, sent.alias];
  const [first, second] = listed.map((id) => known(id, 'distinct_id'));
  if (first !== undefined && second !== undefined) {
    const isFirstDevice = first.startsWith(DEVICE) || first === sent.$device_id;
    event.userId = isFirstDevice ? second : first;
    event.previousId = withoutMark(isFirstDevice ? first : second);
  } else if (first !== undefined) event.userId = first;
}

function addIdentify(event: IncomingEvent, sent: Fields): void {
  const user = known(sent.$identified_id, '$identified_id') ?? known(sent.$user_id, '$user_id') ?? known(sent.distinct_id, 'distinct_id');
  const left = known(sent.$anon_id, '$anon_id') ?? known(sent.$anon_distinct_id, '$anon_distinct_id') ?? known(sent.$device_id, '$device_id');
  if (user !== undefined) event.userId = user;
  if (left !== undefined && left !== user) event.anonymousId = withoutMark(left);
}

function propertiesOf(event: IncomingEvent, sent: Fields): Fields {
  const isPage = event.event === '$page';
  const properties: Fields = {};
  for (const name in sent) {
    if (toldElsewhere.has(name) || name.startsWith('$initial_referr') || (isPage && pageFields.has(name))) continue;
    properties[name] = sent[name];
  }
  if (isPage) {
    const address =
      sent.$current_url ??
      `${textOf(sent.current_url_protocol) ?? 'https:'}//${textOf(sent.current_domain) ?? ''}${textOf(sent.current_url_path) ?? '/'}${textOf(sent.current_url_search) ?? ''}`;
    Object.assign(properties, pageOf(address, { title: sent.current_page_title, referrer: referrerOf(sent) }));
  }
  if (typeof sent.$el_text === 'string') properties.element_text = sent.$el_text;
  if (typeof sent.$el_tag_name === 'string') properties.element_tag = sent.$el_tag_name.toLowerCase();
  if (typeof sent.$el_id === 'string') properties.element_id = sent.$el_id;
  if (typeof sent.$amount === 'number' && properties.revenue === undefined) properties.revenue = sent.$amount;
  return properties;
}

/** `$direct` stands for none. */
function referrerOf(sent: Fields): unknown {
  return sent.$referrer === '$direct' ? undefined : sent.$referrer;
}

function contextOf(sent: Fields): Fields {
  const library = sent.mp_lib === 'web' ? 'mixpanel-browser' : sent.mp_lib === undefined ? 'mixpanel' : `mixpanel-${String(sent.mp_lib)}`;
  return (
    said({
      library: said({ name: library, version: sent.$lib_version }),
      ip: textOf(sent.$ip) ?? (typeof sent.ip === 'string' && /[.:]/.test(sent.ip) ? sent.ip : undefined),
      page: sent.$current_url === undefined ? undefined : pageOf(sent.$current_url, { title: sent.current_page_title, referrer: referrerOf(sent) }),
      campaign: campaignOf((parameter) => sent[parameter]),
      screen: said({ width: sent.$screen_width, height: sent.$screen_height }),
      os: said({ name: sent.$os, version: sent.$os_version }),
      browser: said({ name: sent.$browser, version: sent.$browser_version }),
      device: said({ manufacturer: sent.$manufacturer ?? sent.$brand, model: sent.$model ?? sent.$device }),
      app: said({ version: sent.$app_version_string ?? sent.$app_version, build: sent.$app_build_number ?? sent.$app_release }),
      network: said({ carrier: sent.$carrier, wifi: sent.$wifi }),
      location: said({ country: sent.mp_country_code, region: sent.$region, city: sent.$city }),
    }) ?? {}
  );
}
