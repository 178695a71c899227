import type { ChannelRule, TouchCondition } from './channel-rules.ts';

const paidMedium: TouchCondition = { field: 'medium', operator: 'matches', values: ['^(.*cp.*|ppc|retargeting|paid.*)$'] };
const shopCampaign: TouchCondition = { field: 'campaign', operator: 'matches', values: ['^(.*(([^a-df-z]|^)shop|shopping).*)$'] };
const mailWords = ['email', 'e-mail', 'e_mail', 'e mail'];

function on(list: string): TouchCondition {
  return { field: 'source', operator: 'in_list', values: [list] };
}

function when(field: TouchCondition['field'], operator: TouchCondition['operator'], ...values: string[]): TouchCondition {
  return { field, operator, values };
}

/**
 * The table of a new project: GA4's default channel group for manual traffic, in its order (https://support.google.com/analytics/answer/9756891),
 * with lists of sites that know China's search engines, communities and shops, and one rule more for AI assistants.
 * Short videos (Douyin, Kuaishou, Bilibili) are video, as YouTube and TikTok are there.
 */
export const defaultChannelRules: readonly ChannelRule[] = [
  { channel: 'direct', any: [{ all: [when('source', 'is', '(direct)'), when('medium', 'is', '(none)', '(not set)')] }] },
  { channel: 'cross_network', any: [{ all: [when('campaign', 'contains', 'cross-network')] }] },
  { channel: 'paid_shopping', any: [{ all: [on('shopping'), paidMedium] }, { all: [shopCampaign, paidMedium] }] },
  { channel: 'paid_search', any: [{ all: [on('search'), paidMedium] }] },
  { channel: 'paid_social', any: [{ all: [on('social'), paidMedium] }] },
  { channel: 'paid_video', any: [{ all: [on('video'), paidMedium] }] },
  { channel: 'display', any: [{ all: [when('medium', 'is', 'display', 'banner', 'expandable', 'interstitial', 'cpm')] }] },
  { channel: 'paid_other', any: [{ all: [paidMedium] }] },
  { channel: 'organic_shopping', any: [{ all: [on('shopping')] }, { all: [shopCampaign] }] },
  {
    channel: 'organic_social',
    any: [
      { all: [on('social')] },
      { all: [when('medium', 'is', 'social', 'social-network', 'social-media', 'sm', 'social network', 'social media')] },
    ],
  },
  { channel: 'organic_video', any: [{ all: [on('video')] }, { all: [when('medium', 'matches', '^(.*video.*)$')] }] },
  { channel: 'ai_assistant', any: [{ all: [on('ai')] }, { all: [when('medium', 'is', 'ai-assistant', 'ai')] }] },
  { channel: 'organic_search', any: [{ all: [on('search')] }, { all: [when('medium', 'is', 'organic')] }] },
  { channel: 'referral', any: [{ all: [when('medium', 'is', 'referral', 'app', 'link')] }] },
  { channel: 'email', any: [{ all: [when('source', 'is', ...mailWords)] }, { all: [when('medium', 'is', ...mailWords)] }] },
  { channel: 'affiliates', any: [{ all: [when('medium', 'is', 'affiliate')] }] },
  { channel: 'audio', any: [{ all: [when('medium', 'is', 'audio')] }] },
  { channel: 'sms', any: [{ all: [when('source', 'is', 'sms')] }, { all: [when('medium', 'is', 'sms')] }] },
  {
    channel: 'push',
    any: [
      { all: [when('medium', 'ends', 'push')] },
      { all: [when('medium', 'contains', 'mobile', 'notification')] },
      { all: [when('source', 'is', 'firebase')] },
    ],
  },
];
