import type { IncomingEvent } from '../stream/contract.ts';
import type { Touch } from './channels/classify.ts';
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

/** How an event says that somebody came. */
export interface Clues {
  landing: Landing;
  /** Host of the other site that they came from; empty for none and for the project's own. */
  referrerHost: string;
  campaign: Campaign;
  /** Whether this is an arrival at all, and not a step inside the site. */
  isArrival: boolean;
}

/** Reads how somebody came, from the properties, the page in the context, or the campaign; undefined when the event says nothing of it. */
export function cluesOf({ properties, context }: Pick<IncomingEvent, 'properties' | 'context'>, ownHosts: readonly string[]): Clues | undefined {
  const page = isObject(context.page) ? context.page : undefined;
  const url = textOf(properties.url) ?? textOf(page?.url);
  const referrer = textOf(properties.referrer) ?? textOf(page?.referrer);
  const stated = isObject(context.campaign) ? context.campaign : undefined;
  if (url === undefined && referrer === undefined && stated === undefined) return undefined;
  const landing = url === undefined ? noLanding : landingOf(url);
  const campaign = campaignOf(properties, stated, landing);
  const from = referrer === undefined ? '' : hostOf(referrer);
  const isOwn = from !== '' && ((landing.host !== '' && isSameSite(from, landing.host)) || ownHosts.some((own) => isSameSite(from, own)));
  const referrerHost = isOwn ? '' : from;
  const isTagged = campaign.source !== undefined || campaign.medium !== undefined;
  const isArrival = isTagged || landing.clickId !== undefined || referrerHost !== '' || (!isOwn && url !== undefined);
  return { landing, referrerHost, campaign, isArrival };
}

/** The clues as the rules of channels see them. */
export function touchOfClues({ landing, referrerHost, campaign: { source, medium, campaign } }: Clues): Touch {
  const told = { ...(source !== undefined && { source }), ...(medium !== undefined && { medium }), ...(campaign !== undefined && { campaign }) };
  return touchOf({ landing, referrerHost, campaign: told });
}

/**
 * Adds `$referrer_host`, `$utm_*`, `$click_id` and `$channel` where the event tells how somebody came: a campaign, a click id, another site, or a page
 * without a referrer. A page reached from the site itself is no arrival. Gives the campaign's name, for sessions; empty for none.
 */
export function addArrival(event: IncomingEvent, profile: Profile): string {
  const clues = cluesOf(event, profile.settings.ownHosts);
  if (!clues) return '';
  const { properties } = event;
  const { landing, referrerHost, campaign } = clues;
  if (referrerHost !== '') properties.$referrer_host ??= referrerHost;
  for (const key of utmKeys) if (campaign[key] !== undefined) properties[propertyOf[key]] ??= campaign[key];
  if (landing.clickId) properties.$click_id ??= `${landing.clickId.kind}:${landing.clickId.value}`;
  if (clues.isArrival) properties.$channel ??= channelOf(profile, clues);
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

function channelOf(profile: Profile, clues: Clues): string {
  const { landing, referrerHost, campaign } = clues;
  const isPlain = referrerHost === '' && landing.clickId === undefined && isWithoutCampaign(campaign);
  // Most arrivals say nothing but where: a joined key would cost more than the rest of the look-up.
  const key = isPlain
    ? landing.host
    : `${campaign.source}\n${campaign.medium}\n${campaign.campaign}\n${referrerHost}\n${landing.clickId?.kind}\n${landing.host}`;
  let channel = profile.channels.get(key);
  if (channel === undefined) {
    ({ channel } = profile.classify(touchOfClues(clues)));
    profile.channels.set(key, channel);
  }
  return channel;
}

function isWithoutCampaign({ source, medium, campaign }: Campaign): boolean {
  return source === undefined && medium === undefined && campaign === undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
