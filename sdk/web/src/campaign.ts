/** Where a visitor came from, in the words of Segment's `context.campaign`. */
export interface Campaign {
  source?: string;
  medium?: string;
  name?: string;
  term?: string;
  content?: string;
  id?: string;
  /** The advertiser's id of the click, and the name of the parameter that brought it. */
  clickId?: string;
  clickIdType?: string;
}

/** `utm_campaign` is the name of the campaign in Segment's words. */
const field = /^utm_(source|medium|campaign|term|content|id)$/i;

/** Google, Meta, Microsoft, Baidu, 360, TikTok, X, LinkedIn, Tencent, Kuaishou, Oceanengine, Yandex, Reddit, Snap, Pinterest; the first that is there wins. */
const clickIds =
  'gclid gbraid wbraid dclid fbclid msclkid bd_vid qhclickid ttclid twclid li_fat_id gdt_vid qz_gdt ksclickid clickid_oceanengine yclid rdt_cid ScCid epik'.split(
    ' ',
  );
const lengthMax = 255;

/** Name and value of each parameter of a query, decoded; what cannot be decoded stays as it is. */
export function parametersOf(search: string): [name: string, value: string][] {
  return search
    .replace(/^[?#]/, '')
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decoded(part), ''] : [decoded(part.slice(0, at)), decoded(part.slice(at + 1))];
    });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

/** The campaign that an address names; undefined when it names none. Empty values count as absent, the first of equal names wins. */
export function campaignOf(search: string): Campaign | undefined {
  const campaign: Campaign = {};
  const clicks: Record<string, string> = {};
  for (const [name, value] of parametersOf(search)) {
    const text = value.trim().slice(0, lengthMax);
    if (text === '') continue;
    const word = field.exec(name)?.[1]?.toLowerCase();
    if (word) campaign[(word === 'campaign' ? 'name' : word) as keyof Campaign] ??= text;
    else clicks[name] ??= text;
  }
  const type = clickIds.find((name) => clicks[name] !== undefined);
  if (type) {
    campaign.clickId = clicks[type] as string;
    campaign.clickIdType = type;
  }
  return Object.keys(campaign).length > 0 ? campaign : undefined;
}

/** Two visits by the same campaign have the same text. */
export const campaignText = (campaign: Campaign | undefined): string =>
  campaign ? [campaign.source, campaign.medium, campaign.name, campaign.term, campaign.content, campaign.id, campaign.clickId].join('\u0001') : '';
