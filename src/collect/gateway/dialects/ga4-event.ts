import type { IncomingEvent } from '../../stream/contract.ts';
import { campaignOf, money, numberOf, pageOf, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

/** Names of GA4's own events and the ones that everybody uses here. */
const presetNames: Readonly<Record<string, string>> = {
  page_view: '$page',
  screen_view: '$screen',
  session_start: '$session_start',
  first_open: '$app_install',
  app_exception: '$app_crash',
  form_submit: '$form_submit',
};

const pageNames: Readonly<Record<string, string>> = { page_location: 'url', page_title: 'title', page_referrer: 'referrer', page_path: 'path' };
const screenNames: Readonly<Record<string, string>> = { screen_name: 'name', firebase_screen: 'name', screen_class: 'class' };
/** Parameters that say who and when, not what. */
const steering = new Set(['session_id', 'ga_session_id', 'engagement_time_msec', 'debug_mode']);
/** Events whose `value` is money earned, and the one whose `value` is given back. */
const earning = new Set(['purchase', 'in_app_purchase', 'ecommerce_purchase', 'app_store_subscription_convert', 'app_store_subscription_renew']);
const refunding = new Set(['refund', 'app_store_refund']);

/** What stays the same in both protocols: an event's name and parameters, typed. */
export interface Ga4Event {
  name: string;
  params: Fields;
}

/** Name, kind, properties, session and the page of an event. */
export function ga4Parts({
  name,
  params,
}: Ga4Event): Pick<IncomingEvent, 'kind' | 'event' | 'preset' | 'properties' | 'sessionId'> & { context: Fields } {
  const event = presetNames[name] ?? name;
  const names = event === '$page' ? pageNames : event === '$screen' ? screenNames : {};
  const properties: Fields = {};
  for (const param in params) if (!steering.has(param)) properties[names[param] ?? param] = params[param];
  const engagement = numberOf(params.engagement_time_msec);
  if (engagement !== undefined) properties.engagement_time_ms = engagement;
  const revenue = revenueOf(name, params);
  if (revenue !== undefined) properties.revenue = revenue;
  const page = pageOf(params.page_location, { title: params.page_title, referrer: params.page_referrer });
  if (event === '$page') Object.assign(properties, page);
  const query = page?.url === undefined ? undefined : URL.parse(String(page.url))?.searchParams;
  const campaign = query && campaignOf((parameter) => query.get(parameter));
  const sessionId = textOf(params.session_id) ?? textOf(params.ga_session_id);
  return {
    ...kindOf(event, name),
    properties,
    ...(sessionId !== undefined && { sessionId }),
    context: said({ page, campaign }) ?? {},
  };
}

function kindOf(event: string, name: string): Pick<IncomingEvent, 'kind' | 'event' | 'preset'> {
  if (event === '$page') return { kind: 'page', event };
  if (event === '$screen') return { kind: 'screen', event };
  return event === name ? { kind: 'track', event } : { kind: 'track', event, preset: true };
}

function revenueOf(name: string, params: Fields): number | undefined {
  const value = numberOf(params.value);
  if (value === undefined) return undefined;
  if (earning.has(name)) return money(value);
  return refunding.has(name) ? money(-Math.abs(value)) : undefined;
}

/** Short names of an item's parameters in the browser protocol. */
const itemNames: Readonly<Record<string, string>> = {
  id: 'item_id',
  nm: 'item_name',
  br: 'item_brand',
  ca: 'item_category',
  c2: 'item_category2',
  c3: 'item_category3',
  c4: 'item_category4',
  c5: 'item_category5',
  va: 'item_variant',
  pr: 'price',
  qt: 'quantity',
  cp: 'coupon',
  ds: 'discount',
  af: 'affiliation',
  lp: 'index',
  li: 'item_list_id',
  ln: 'item_list_name',
  lo: 'location_id',
  pi: 'promotion_id',
  pn: 'promotion_name',
  cn: 'creative_name',
  cs: 'creative_slot',
};
const itemNumbers = new Set(['price', 'quantity', 'discount', 'index']);

/** `idSKU1~nmShirt~pr9.99~qt2~k0size~v0M` */
export function itemOf(text: string): Fields {
  const item: Fields = {};
  const own: Record<string, { name?: string; value?: string }> = {};
  for (const part of text.split('~')) {
    const short = part.slice(0, 2);
    const value = part.slice(2);
    if (/^[kv]\d$/.test(short)) {
      const place = short.slice(1);
      own[place] ??= {};
      own[place][short.startsWith('k') ? 'name' : 'value'] = value;
      continue;
    }
    const name = itemNames[short];
    if (name !== undefined) item[name] = itemNumbers.has(name) ? (numberOf(value) ?? value) : value;
  }
  for (const { name, value } of Object.values(own)) if (name) item[name] = value ?? '';
  return item;
}
