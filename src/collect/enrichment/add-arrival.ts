import type { IncomingEvent } from '../stream/contract.ts';
import { hostOf, isSameSite, type Landing, landingOf, touchOf } from './channels/landing.ts';
import type { Profile } from './profiles.ts';

const noLanding: Landing = { host: '' };
const utmKeys = ['source', 'medium', 'campaign', 'content', 'term'] as const;
const propertyOf = {
  source: '$utm_source',
  medium: '$utm_medium',
  campaign: '$utm_campaign',
  content: '$utm_content',
  term: '$utm_term',
} as const;

/**
 * Adds `$referrer_host`, `$utm_*`, `$click_id` and `$channel` where the event tells how somebody came: a campaign, a click id, another site, or a page
 * without a referrer. A page reached from the site itself is no arrival. Gives the campaign's name, for sessions; empty for none.
 */
export function addArrival(event: IncomingEvent, profile: Profile): string {
  const { properties, context } = event;
  const page = isObject(context.page) ? context.page : undefined;
  const url = textOf(properties.url) ?? textOf(page?.url);
  const referrer = textOf(properties.referrer) ?? textOf(page?.referrer);
  const stated = isObject(context.campaign) ? context.campaign : undefined;
  if (url === undefined && referrer === undefined && stated === undefined) return '';
  const landing = url === undefined ? noLanding : landingOf(url);
  const campaign = campaignOf(properties, stated, landing);
  const from = referrer === undefined ? '' : hostOf(referrer);
  const isOwn =
    from !== '' && ((landing.host !== '' && isSameSite(from, landing.host)) || profile.settings.ownHosts.some((own) => isSameSite(from, own)));
  const referrerHost = isOwn ? '' : from;
  if (referrerHost !== '') properties.$referrer_host ??= referrerHost;
  for (const key of utmKeys) if (campaign[key] !== undefined) properties[propertyOf[key]] ??= campaign[key];
  if (landing.clickId) properties.$click_id ??= `${landing.clickId.kind}:${landing.clickId.value}`;
  const isTagged = campaign.source !== undefined || campaign.medium !== undefined;
  const isArrival = isTagged || landing.clickId !== undefined || referrerHost !== '' || (!isOwn && url !== undefined);
  if (isArrival) properties.$channel ??= channelOf(profile, landing, referrerHost, campaign);
  return campaign.campaign ?? campaign.source ?? '';
}

type Campaign = { [Key in (typeof utmKeys)[number]]?: string | undefined };

/** Each part from the properties (a dialect's), the context (Segment calls the campaign `name`), or the page's address. */
function campaignOf(properties: Record<string, unknown>, stated: Record<string, unknown> | undefined, landing: Landing): Campaign {
  const campaign: Campaign = {};
  for (const key of utmKeys) {
    const told = textOf(properties[propertyOf[key]]) ?? textOf(stated?.[key === 'campaign' ? 'name' : key]) ?? landing[key];
    if (told !== undefined) campaign[key] = told.slice(0, 200);
  }
  return campaign;
}

function channelOf(profile: Profile, landing: Landing, referrerHost: string, campaign: Campaign): string {
  const { source, medium, campaign: name } = campaign;
  const key = `${source}\n${medium}\n${name}\n${referrerHost}\n${landing.clickId?.kind}\n${landing.host}`;
  let channel = profile.channels.get(key);
  if (channel === undefined) {
    const told = { ...(source !== undefined && { source }), ...(medium !== undefined && { medium }), ...(name !== undefined && { campaign: name }) };
    ({ channel } = profile.classify(touchOf({ landing, referrerHost, campaign: told })));
    profile.channels.set(key, channel);
  }
  return channel;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
