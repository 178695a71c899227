import { Recent } from '../recent.ts';
import type { Touch } from './classify.ts';
import { isOnList } from './site-lists.ts';

/** What the address of a page says about how somebody came to it. */
export interface Landing {
  host: string;
  source?: string;
  medium?: string;
  campaign?: string;
  content?: string;
  term?: string;
  clickId?: { kind: string; value: string };
}

const ADDRESSES_KEPT = 20_000;
const LENGTH_MAX = 2_000;
const landings = new Recent<Landing>(ADDRESSES_KEPT);
const hosts = new Recent<string>(ADDRESSES_KEPT);

/** Ids that ad networks add to the links of their ads, and whom they stand for when the link names no campaign. */
const clickIds: readonly (readonly [kind: string, source: string, medium: string])[] = [
  ['gclid', 'google', 'cpc'],
  ['wbraid', 'google', 'cpc'],
  ['gbraid', 'google', 'cpc'],
  ['dclid', 'google', 'display'],
  ['msclkid', 'bing', 'cpc'],
  ['bd_vid', 'baidu', 'cpc'],
  ['qhclickid', '360', 'cpc'],
  ['sogou_clickid', 'sogou', 'cpc'],
  ['gdt_vid', 'wechat', 'paid_social'],
  ['qz_gdt', 'wechat', 'paid_social'],
  ['clickid_douyin', 'douyin', 'cpc'],
  ['ttclid', 'tiktok', 'cpc'],
  ['ks_clickid', 'kuaishou', 'cpc'],
  ['twclid', 'twitter', 'cpc'],
  ['li_fat_id', 'linkedin', 'cpc'],
  ['rdt_cid', 'reddit', 'cpc'],
  ['yclid', 'yandex', 'cpc'],
];
// fbclid stands on every link that is shared there, paid or not: it tells the source, never that somebody paid.
const shareIds: readonly (readonly [kind: string, source: string])[] = [
  ['fbclid', 'facebook'],
  ['igshid', 'instagram'],
];

/** Reads a page's address; one that cannot be read has an empty host. */
export function landingOf(url: string): Landing {
  let landing = landings.get(url);
  if (landing === undefined) {
    landing = readLanding(url.slice(0, LENGTH_MAX));
    landings.set(url, landing);
  }
  return landing;
}

function readLanding(url: string): Landing {
  const parsed = URL.parse(url, 'http://-');
  if (parsed === null) return { host: '' };
  const landing: Landing = { host: parsed.hostname === '-' ? '' : plainHost(parsed.hostname) };
  // Single-page apps keep their query behind the hash.
  const inHash = parsed.hash.indexOf('?');
  const queries = [parsed.searchParams, ...(inHash >= 0 ? [new URLSearchParams(parsed.hash.slice(inHash + 1))] : [])];
  const text = (name: string): string | undefined =>
    queries.map((query) => query.get(name)).find((value) => value !== null && value !== '') ?? undefined;
  for (const key of ['source', 'medium', 'campaign', 'content', 'term'] as const) {
    const value = text(`utm_${key}`);
    if (value !== undefined) landing[key] = value.slice(0, 200);
  }
  const kind = [...clickIds.map(([each]) => each), ...shareIds.map(([each]) => each)].find((each) => text(each) !== undefined);
  if (kind !== undefined) landing.clickId = { kind, value: (text(kind) ?? '').slice(0, 300) };
  return landing;
}

/** Host of an address without `www.`, in lower case; empty for none. Android apps refer as `android-app://package/`. */
export function hostOf(url: string): string {
  let host = hosts.get(url);
  if (host === undefined) {
    host = plainHost(URL.parse(url.slice(0, LENGTH_MAX))?.hostname ?? '');
    hosts.set(url, host);
  }
  return host;
}

function plainHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.startsWith('www.') ? lower.slice(4) : lower;
}

/** Whether two hosts are one site's: the same, or one below the other. */
export function isSameSite(left: string, right: string): boolean {
  return left === right || left.endsWith(`.${right}`) || right.endsWith(`.${left}`);
}

/** What is known about an arrival. */
export interface ArrivalClues {
  landing: Landing;
  referrerHost: string;
  campaign: { source?: string; medium?: string; campaign?: string };
}

/**
 * How somebody came, as the rules see it. Without a campaign the click id speaks, then the referrer (`organic` from a search engine, `referral` from
 * elsewhere), then nothing: `(direct)` / `(none)`.
 */
export function touchOf({ landing, referrerHost, campaign }: ArrivalClues): Touch {
  const clickId = landing.clickId?.kind ?? '';
  const paid = clickIds.find(([kind]) => kind === clickId);
  const shared = shareIds.find(([kind]) => kind === clickId);
  const isTagged = campaign.source !== undefined || campaign.medium !== undefined;
  const [source, medium] = isTagged
    ? [campaign.source ?? (referrerHost || '(not set)'), campaign.medium ?? '(not set)']
    : paid
      ? [paid[1], paid[2]]
      : referrerHost !== ''
        ? [referrerHost, isOnList('search', referrerHost) && !isOnList('social', referrerHost) ? 'organic' : 'referral']
        : shared
          ? [shared[1], 'referral']
          : ['(direct)', '(none)'];
  const touch = { source, medium, campaign: campaign.campaign ?? '', referrerHost, clickId, host: landing.host };
  return { ...touch, source: touch.source.toLowerCase(), medium: touch.medium.toLowerCase(), campaign: touch.campaign.toLowerCase() };
}
