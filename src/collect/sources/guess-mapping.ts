import { type Mapping, mappingSchema } from './contract.ts';
import { pathsOf } from './path.ts';
import { readTime } from './read-time.ts';

interface Place {
  path: string;
  /** The last name of the path, small letters without signs. */
  name: string;
  value: unknown;
}

const namePatterns = {
  event: /^(event|eventtype|eventname|topic|type|action|noticetype|changetype)$/,
  messageId: /^(eventid|notifyid|messageid|deliveryid|transactionid|tradeno|outtradeno|orderid|orderno|ordersn|id)$/,
  userId: /^(userid|customerid|memberid|buyerid|accountid|uid|externaluserid|clientreferenceid)$/,
  time: /^(createdat|occurredat|eventtime|timestamp|paidat|paytime|timeend|gmtpayment|updatedat|created|time|notifytime|submittedat)$/,
  revenue: /^(totalprice|totalamount|amount|totalfee|payamount|amounttotal|receiptamount|paidamount|realfee|grandtotal)$/,
  currency: /^(currency|currencycode|feetype)$/,
};
const linked: readonly [RegExp, string][] = [
  [/^(email|mail|emailaddress)$/, 'email'],
  [/^(phone|mobile|tel|phonenumber|mobilephone)$/, 'phone'],
  [/^(openid|buyeropenid)$/, 'openid'],
  [/^unionid$/, 'unionid'],
];
/** Headers by which shops and code hosts say what happened, and which delivery it is. */
const eventHeaders = ['x-shopify-topic', 'x-wc-webhook-topic', 'x-github-event', 'x-event-type', 'x-event-key'];
const deliveryHeaders = ['x-shopify-webhook-id', 'x-wc-webhook-delivery-id', 'x-github-delivery', 'x-request-id'];
const PROPERTIES_MAX = 30;

/** Proposes a mapping from one example, by the names that shops, payment services and forms use. A member looks at it before it is kept. */
export function guessMapping(body: unknown, headers: Readonly<Record<string, string>>): Mapping {
  const items = Array.isArray(body) ? '$' : '';
  const example: unknown = Array.isArray(body) ? body[0] : body;
  const places = pathsOf(example).map(
    ({ path, value }): Place => ({
      path,
      value,
      name: (
        path
          .split(/[.[\]]+/)
          .filter(Boolean)
          .at(-1) ?? ''
      )
        .toLowerCase()
        .replace(/[^a-z\d]/g, ''),
    }),
  );
  const single = places.filter(({ path }) => !path.includes('['));
  const find = (pattern: RegExp, fits: (place: Place) => boolean = () => true): string =>
    nearest(single.filter((place) => pattern.test(place.name) && fits(place)));
  const isWord = ({ value }: Place): boolean => (typeof value === 'string' && value !== '') || typeof value === 'number';
  const eventHeader = eventHeaders.find((header) => headers[header] !== undefined);
  const event = eventHeader
    ? `@${eventHeader}`
    : find(namePatterns.event, ({ value }) => typeof value === 'string' && value.length <= 60 && value !== '');
  const customer = nearest(single.filter((place) => /(^|\.)(customer|user|buyer|member|client)\.id$/i.test(place.path)));
  const userId = find(namePatterns.userId, isWord) || customer;
  const delivery = deliveryHeaders.find((header) => headers[header] !== undefined);
  const messageId = delivery ? `@${delivery}` : find(namePatterns.messageId, (place) => isWord(place) && place.path !== userId);
  const time = find(namePatterns.time, ({ value }) => readTime(value, 'UTC') !== undefined);
  const ids = linked.flatMap(([pattern, kind]) => {
    const path = find(pattern, isWord);
    return path === '' || path === userId ? [] : [{ kind, path }];
  });
  return mappingSchema.parse({
    items,
    event: { path: event, name: event === '' ? 'Webhook' : '' },
    userId,
    ids,
    time,
    messageId,
    properties: propertiesOf(places, new Set([event, userId, time, ...ids.map(({ path }) => path)])),
  });
}

function nearest(places: readonly Place[]): string {
  return places.toSorted((one, other) => depth(one.path) - depth(other.path))[0]?.path ?? '';
}

function depth(path: string): number {
  return path.split('.').length;
}

function propertiesOf(places: readonly Place[], taken: ReadonlySet<string>): Mapping['properties'] {
  const revenue = nearest(
    places.filter((place) => namePatterns.revenue.test(place.name) && !place.path.includes('[') && Number.isFinite(Number(place.value))),
  );
  const currency = nearest(places.filter((place) => namePatterns.currency.test(place.name) && /^[A-Z]{3}$/i.test(String(place.value))));
  const names = new Set<string>();
  return places
    .filter(({ path, value }) => !taken.has(path) && value !== null && value !== '')
    .slice(0, PROPERTIES_MAX)
    .map(({ path, value }) => {
      const name = path === revenue ? 'revenue' : path === currency ? 'currency' : freeName(path, names);
      names.add(name);
      const as = path === revenue ? (isCents(path, value) ? 'cents' : 'number') : 'auto';
      return { name, path, as };
    });
}

/** The last name of the path, or all of it when that is taken. */
function freeName(path: string, names: ReadonlySet<string>): string {
  const last =
    path
      .split(/[.[\]]+/)
      .filter(Boolean)
      .at(-1) ?? path;
  return names.has(last) || last === 'revenue' ? path.replaceAll('[]', '').replaceAll('.', '_') : last;
}

/** WeChat Pay's `total_fee` and Stripe's `amount` are whole hundredths. */
function isCents(path: string, value: unknown): boolean {
  return /(_fee|amount_total|payer_total)$/.test(path) && Number.isInteger(Number(value)) && !String(value).includes('.');
}
