import { z } from 'zod';

/** What a rule may look at. `source` and `medium` are those of the campaign, or what the referrer and the click id stand for. */
export const touchFields = ['source', 'medium', 'campaign', 'referrer_host', 'click_id', 'host'] as const;
export const touchOperators = ['is', 'is_not', 'contains', 'begins', 'ends', 'matches', 'in_list', 'is_set', 'is_not_set'] as const;
/** Lists of sites that the product keeps; a source is on one by its name (`baidu`) or its host (`www.baidu.com`). */
export const siteLists = ['search', 'social', 'video', 'shopping', 'ai'] as const;
export type SiteList = (typeof siteLists)[number];

const valueSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);

export const touchConditionSchema = z.object({
  field: z.enum(touchFields),
  operator: z.enum(touchOperators),
  /** One of them is enough (for `is_not`: none may be met). Regular expressions for `matches`, names of lists for `in_list`, none for `is_set` and `is_not_set`. */
  values: z.array(valueSchema).max(50),
});
export type TouchCondition = z.infer<typeof touchConditionSchema>;

export const channelRuleSchema = z.object({
  /** What `$channel` becomes: one of the usual codes, or the project's own name. */
  channel: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .regex(/^\P{Cc}*$/u),
  /** Met when every condition of one of the groups is met. */
  any: z
    .array(z.object({ all: z.array(touchConditionSchema).min(1).max(10) }))
    .min(1)
    .max(10),
});
/** One rule of the table; the first that is met decides. */
export type ChannelRule = z.infer<typeof channelRuleSchema>;

export const channelRulesSchema = z.array(channelRuleSchema).max(100);

/** Codes of the channels that the default table knows; they have names in both languages. */
export const usualChannels = [
  'direct',
  'cross_network',
  'paid_shopping',
  'paid_search',
  'paid_social',
  'paid_video',
  'display',
  'paid_other',
  'organic_shopping',
  'organic_social',
  'organic_video',
  'organic_search',
  'ai_assistant',
  'referral',
  'email',
  'affiliates',
  'audio',
  'sms',
  'push',
] as const;

/** No rule is met. */
export const UNASSIGNED_CHANNEL = 'unassigned';

/**
 * A fault of a regular expression that the table would refuse: it cannot be read, or it may take for ever (a repeated group that repeats inside).
 */
export function patternFault(pattern: string): 'unreadable' | 'too_slow' | undefined {
  try {
    new RegExp(pattern, 'i');
  } catch {
    return 'unreadable';
  }
  return /\([^()]*(?:[+*]|\{\d+,\d*\})[^()]*\)(?:[+*]|\{\d+,)/.test(pattern) || /\\[1-9]/.test(pattern) ? 'too_slow' : undefined;
}
