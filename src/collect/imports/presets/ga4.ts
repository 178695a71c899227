import type { IncomingEvent } from '../../stream/contract.ts';
import type { Row, RowReader } from '../mapping/row-reader.ts';
import { refuseRow } from '../refuse-row.ts';
import {
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
  page_view: '$page',
  screen_view: '$screen',
  session_start: '$session_start',
  first_open: '$app_install',
  app_exception: '$app_crash',
  form_submit: '$form_submit',
};
const pageFields = new Set(['page_location', 'page_title', 'page_referrer', 'ga_session_id', 'value', 'currency']);
const purchases = new Set(['purchase', 'in_app_purchase', 'refund']);

/** GA4's tables in BigQuery, exported as JSON lines or Parquet: https://support.google.com/analytics/answer/7029846 */
export const ga4: Preset = {
  content: 'events',
  recognises: (row) => 'event_name' in row && 'event_timestamp' in row && ('user_pseudo_id' in row || 'event_params' in row),
  compile,
};

function compile(around: PresetSurroundings): RowReader {
  const timeOf = timeReader('UTC');
  return (record, row) => {
    const name = textIn(record.event_name);
    if (name === undefined) throw refuseRow('row_event_missing');
    const event = names[name] ?? name;
    const params = paramsOf(record.event_params);
    const page = pageOf({ url: params.page_location, title: params.page_title, referrer: params.page_referrer });
    const anonymousId = textIn(record.user_pseudo_id);
    const session = textIn(params.ga_session_id);
    const made = withIds(
      {
        messageId: around.idOf(row),
        kind: event === '$page' ? 'page' : event === '$screen' ? 'screen' : 'track',
        event,
        preset: event.startsWith('$'),
        // Microseconds, as a text in JSON.
        time: timeOf(record.event_timestamp, 'event_timestamp'),
        sequence: row,
        properties: { ...(event === '$page' && page), ...surroundings(record), ...money(name, record, params), ...without(params, pageFields) },
        context: contextOf({ page, campaign: campaignOf(record), locale: textIn(objectIn(record.device).language) }),
      },
      {
        userId: textIn(record.user_id),
        anonymousId,
        sessionId: session === undefined || anonymousId === undefined ? undefined : `${anonymousId}.${session}`,
      },
    );
    const traits = paramsOf(record.user_properties);
    if (Object.keys(traits).length > 0) made.traits = traits;
    return made;
  };
}

/** `[{key, value: {string_value | int_value | float_value | double_value}}]` as an object. */
function paramsOf(value: unknown): Record<string, unknown> {
  const list: unknown = typeof value === 'string' ? JSON.parse(value || '[]') : value;
  if (!Array.isArray(list)) return objectIn(list);
  const found: Record<string, unknown> = {};
  for (const item of list) {
    const { key, value: given } = objectIn(item);
    const name = textIn(key);
    if (name === undefined) continue;
    const parts = objectIn(given);
    const text = parts.string_value;
    const number = parts.int_value ?? parts.double_value ?? parts.float_value;
    const chosen = number === undefined || number === null ? text : (numberIn(number) ?? number);
    if (chosen !== undefined && chosen !== null) found[name] = chosen;
  }
  return found;
}

function money(name: string, record: Row, params: Record<string, unknown>): IncomingEvent['properties'] {
  const ecommerce = objectIn(record.ecommerce);
  const items = Array.isArray(record.items) && record.items.length > 0 ? record.items : undefined;
  const value = numberIn(ecommerce.purchase_revenue) ?? numberIn(params.value);
  const isPurchase = purchases.has(name);
  return present({
    ...(isPurchase ? { revenue: name === 'refund' && value !== undefined ? -Math.abs(value) : value } : { value: params.value }),
    currency: params.currency,
    transaction_id: params.transaction_id ?? ecommerce.transaction_id,
    items,
  });
}

function surroundings(record: Row): Record<string, unknown> {
  const geo = objectIn(record.geo);
  const device = objectIn(record.device);
  const web = objectIn(device.web_info);
  return present({
    $country: geo.country,
    $province: geo.region,
    $city: geo.city,
    $browser: web.browser ?? device.browser,
    $browser_version: web.browser_version ?? device.browser_version,
    $os: device.operating_system,
    $os_version: device.operating_system_version,
    $device_type: device.category,
    $device_brand: device.mobile_brand_name,
    $device_model: device.mobile_model_name,
    $language: device.language,
    platform: record.platform,
  });
}

function campaignOf(record: Row): Record<string, unknown> {
  const given = objectIn(record.collected_traffic_source);
  return present({
    source: given.manual_source,
    medium: given.manual_medium,
    name: given.manual_campaign_name,
    content: given.manual_content,
    term: given.manual_term,
  });
}
