import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { channelRulesSchema } from './channels/channel-rules.ts';

export {
  type ChannelRule,
  channelRuleSchema,
  patternFault,
  siteLists,
  type TouchCondition,
  touchFields,
  touchOperators,
  UNASSIGNED_CHANNEL,
  usualChannels,
} from './channels/channel-rules.ts';
export { placeName } from './geography/provinces.ts';

/** What is counted about the stream's quality. One event may be counted under several. */
export const qualityMeasures = [
  /** Messages that came in, readable or not, whatever became of them. */
  'received',
  /** Written into the stream. */
  'accepted',
  /** Sent before under the same message id; not written again. */
  'duplicate',
  /** Broke a rule; reason: its code. */
  'refused',
  /** Held back by the tracking plan until somebody decides. */
  'quarantined',
  /** Dropped because the tracking plan blocks the event. */
  'blocked',
  /** Written, but breaks the tracking plan; reason: the kind of violation. */
  'violation',
  /** Dropped because a program sent it. */
  'bot_dropped',
  /** Kept and marked with `$is_bot`. */
  'bot_marked',
  /** Arrived more than an hour after it happened. */
  'late',
  /** Its time lies ahead of our clock. */
  'early',
  /** The client's clock is wrong by more than a minute; reason: which way. */
  'skewed',
  /** Revenue in a currency without a rate; reason: the currency. */
  'currency_unknown',
  /** Revenue converted by the rates that the product ships; reason: the currency. */
  'currency_built_in',
  /** Looks like personal data in a property that nobody marked; reason: where. */
  'personal_found',
] as const;
export type QualityMeasure = (typeof qualityMeasures)[number];

/** Where a personal value may stand: in `properties`, in traits (all of their changes), in `context` (dotted path), or as an external id (its kind). */
export const personalPlaces = ['property', 'trait', 'context', 'id'] as const;
export const personalActions = ['keep', 'hash', 'drop'] as const;

const placeNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);

/** What to do with a value at the door. */
export const personalRuleSchema = z.object({
  place: z.enum(personalPlaces),
  /** Name of the property or trait, dotted path inside `context`, or kind of id. */
  name: placeNameSchema,
  action: z.enum(personalActions),
});
export type PersonalRule = z.infer<typeof personalRuleSchema>;

const hostSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[a-z0-9\u0080-\uffff.-]+$/);

/** How a project's events are enriched and protected. */
export const collectionSettingsSchema = z.object({
  /** What becomes of the address after the place was looked up. `truncate`: /24 of IPv4, /48 of IPv6. */
  ip: z.enum(['keep', 'truncate', 'drop']),
  /** Adds `$country`, `$province`, `$city`. */
  isGeographyOn: z.boolean(),
  /** Adds `$browser`, `$os`, `$device_type` and the like. */
  isDeviceOn: z.boolean(),
  /** Events of programs: kept with `$is_bot`, or dropped. */
  bots: z.enum(['mark', 'drop']),
  /** Hosts of the project's own: coming from them is no arrival. The page's own host is always one. */
  ownHosts: z.array(hostSchema).max(50),
  sessions: z.object({
    /** Gives events without a session one. */
    isOn: z.boolean(),
    /** A longer pause ends a session. */
    idleMinutes: z.number().int().min(1).max(1_440),
    lengthMaxHours: z.number().int().min(1).max(168),
    isCutAtMidnight: z.boolean(),
    isCutOnCampaign: z.boolean(),
    /** Also for events of server libraries. */
    isForServers: z.boolean(),
  }),
  currency: z.object({
    /** How many days a rate holds when no newer one is known. */
    rateAgeMaxDays: z.number().int().min(1).max(3_660),
    /** Whether the rates that the product ships step in where the project has none. */
    isBuiltInUsed: z.boolean(),
  }),
  /** Looks for emails, phone numbers and identity numbers in samples and tells where they are. */
  isPersonalSought: z.boolean(),
});
export type CollectionSettings = z.infer<typeof collectionSettingsSchema>;

/** Before somebody has set anything. */
export const defaultSettings: CollectionSettings = {
  ip: 'truncate',
  isGeographyOn: true,
  isDeviceOn: true,
  bots: 'mark',
  ownHosts: [],
  sessions: { isOn: true, idleMinutes: 30, lengthMaxHours: 24, isCutAtMidnight: false, isCutOnCampaign: false, isForServers: false },
  currency: { rateAgeMaxDays: 31, isBuiltInUsed: true },
  isPersonalSought: true,
};

export const getCollectionSettings = defineRoute({
  id: 'enrichment.get_settings',
  method: 'GET',
  path: '/api/projects/:projectId/collection/settings',
  summary: 'Gives how the events of the project are enriched and protected.',
  access: 'enrichment.read',
  params: projectParams,
  reply: collectionSettingsSchema,
});

export const putCollectionSettings = defineRoute({
  id: 'enrichment.put_settings',
  method: 'PUT',
  path: '/api/projects/:projectId/collection/settings',
  summary: 'Replaces how events are enriched and protected. Counts for events from now on.',
  access: 'enrichment.write',
  params: projectParams,
  body: collectionSettingsSchema,
  reply: collectionSettingsSchema,
});

const channelTableSchema = z.object({ rules: channelRulesSchema, /** False while the project uses the usual table. */ isOwn: z.boolean() });

export const getChannelRules = defineRoute({
  id: 'enrichment.get_channel_rules',
  method: 'GET',
  path: '/api/projects/:projectId/collection/channels',
  summary: 'Gives the table that decides on the channel of an arrival, in its order.',
  access: 'enrichment.read',
  params: projectParams,
  reply: channelTableSchema,
});

export const putChannelRules = defineRoute({
  id: 'enrichment.put_channel_rules',
  method: 'PUT',
  path: '/api/projects/:projectId/collection/channels',
  summary: 'Replaces the table of channels. Counts for events from now on.',
  access: 'enrichment.write',
  params: projectParams,
  body: z.object({ rules: channelRulesSchema.min(1) }),
  reply: channelTableSchema,
});

export const resetChannelRules = defineRoute({
  id: 'enrichment.reset_channel_rules',
  method: 'DELETE',
  path: '/api/projects/:projectId/collection/channels',
  summary: 'Goes back to the usual table of channels.',
  access: 'enrichment.write',
  params: projectParams,
  reply: channelTableSchema,
});

export const testEnrichment = defineRoute({
  id: 'enrichment.test',
  method: 'POST',
  path: '/api/projects/:projectId/collection/test',
  summary: 'Tells what an event with this address, page, referrer and user agent would gain, without writing anything.',
  access: 'enrichment.read',
  params: projectParams,
  body: z.object({
    url: z.string().max(2_000).default(''),
    referrer: z.string().max(2_000).default(''),
    ip: z.string().max(60).default(''),
    userAgent: z.string().max(1_000).default(''),
    /** A table to try before it is saved. */
    rules: channelRulesSchema.optional(),
  }),
  reply: z.object({
    properties: z.record(z.string(), z.unknown()),
    channel: z.string().nullable(),
    /** Place of the rule that decided, from 0; -1 when none was met, null when it is no arrival. */
    ruleIndex: z.number().int().nullable(),
    source: z.string().nullable(),
    medium: z.string().nullable(),
  }),
});

const currencySchema = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{3}$/);
const daySchema = z.iso.date();

/** One `base` is `rate` of `quote` from this day on. */
export const rateSchema = z.object({ base: currencySchema, quote: currencySchema, day: daySchema, rate: z.number().positive().max(1e12) });

export const listRates = defineRoute({
  id: 'enrichment.list_rates',
  method: 'GET',
  path: '/api/projects/:projectId/collection/rates',
  summary: 'Lists exchange rates, newest first, and what is known of each pair.',
  access: 'enrichment.read',
  params: projectParams,
  query: z.object({
    currency: currencySchema.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    /** Rates before this one, as the last answer told. */
    cursor: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}[A-Z]{6}$/)
      .optional(),
  }),
  reply: z.object({
    items: z.array(rateSchema.extend({ source: z.enum(['import', 'hand']) })),
    nextCursor: z.string().optional(),
    total: z.number().int(),
    lastDay: z.string().nullable(),
    projectCurrency: z.string(),
    builtIn: z.object({ day: z.string(), source: z.string(), currencies: z.array(z.string()) }),
  }),
});

export const putRate = defineRoute({
  id: 'enrichment.put_rate',
  method: 'PUT',
  path: '/api/projects/:projectId/collection/rates',
  summary: 'Sets one rate. Counts for events that arrive from now on.',
  access: 'enrichment.write',
  params: projectParams,
  body: rateSchema,
  status: 204,
});

export const deleteRate = defineRoute({
  id: 'enrichment.delete_rate',
  method: 'DELETE',
  path: '/api/projects/:projectId/collection/rates',
  summary: 'Takes one rate away.',
  access: 'enrichment.write',
  params: projectParams,
  query: rateSchema.omit({ rate: true }),
  status: 204,
});

export const importRates = defineRoute({
  id: 'enrichment.import_rates',
  method: 'POST',
  path: '/api/projects/:projectId/collection/rates/import',
  summary:
    'Reads rates from CSV: wide as the ECB publishes them (Date,USD,JPY,...), or long (date,base,quote,rate). The same file twice changes nothing.',
  access: 'enrichment.write',
  params: projectParams,
  body: z.object({ csv: z.string().min(1) }),
  bodySizeMax: 8 * 1024 * 1024,
  reply: z.object({
    read: z.number().int(),
    changed: z.number().int(),
    firstDay: z.string().nullable(),
    lastDay: z.string().nullable(),
    faults: z.array(z.object({ line: z.number().int(), reason: z.enum(['day', 'rate', 'currency', 'columns']), value: z.string() })),
  }),
});

export const getPersonal = defineRoute({
  id: 'enrichment.get_personal',
  method: 'GET',
  path: '/api/projects/:projectId/collection/personal',
  summary: 'Lists the rules for personal data and the places where some was seen without a rule. Values are not kept.',
  access: 'enrichment.read',
  params: projectParams,
  reply: z.object({
    rules: z.array(personalRuleSchema.extend({ /** False for a mark of the tracking plan. */ isOwn: z.boolean() })),
    findings: z.array(
      z.object({
        place: z.enum(['property', 'trait']),
        name: z.string(),
        kind: z.enum(['email', 'phone', 'id_number']),
        /** Among the events that were looked at. */
        seen: z.number().int(),
        firstSeenAt: z.iso.datetime(),
        lastSeenAt: z.iso.datetime(),
      }),
    ),
  }),
});

export const putPersonalRule = defineRoute({
  id: 'enrichment.put_personal_rule',
  method: 'PUT',
  path: '/api/projects/:projectId/collection/personal',
  summary: 'Sets what becomes of a value at the door: kept, hashed with the secret of the project, or dropped. Counts for events from now on.',
  access: 'enrichment.write',
  params: projectParams,
  body: personalRuleSchema,
  status: 204,
});

export const deletePersonalRule = defineRoute({
  id: 'enrichment.delete_personal_rule',
  method: 'DELETE',
  path: '/api/projects/:projectId/collection/personal',
  summary: 'Takes a rule for personal data away.',
  access: 'enrichment.write',
  params: projectParams,
  query: personalRuleSchema.omit({ action: true }),
  status: 204,
});

const countsSchema = z.partialRecord(z.enum(qualityMeasures), z.number().int());

export const getQuality = defineRoute({
  id: 'enrichment.get_quality',
  method: 'GET',
  path: '/api/projects/:projectId/quality',
  summary: 'Counts what came in, what became of it and what is odd about it, by hour or day of arrival and by client. Up to 92 days.',
  access: 'quality.read',
  params: projectParams,
  query: z.object({
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    unit: z.enum(['hour', 'day']).default('day'),
    client: z.string().max(60).optional(),
  }),
  reply: z.object({
    totals: countsSchema,
    /** Every hour or day of the range, in order; `at` is its first hour. */
    series: z.array(z.object({ at: z.iso.datetime(), counts: countsSchema })),
    clients: z.array(z.object({ client: z.string(), counts: countsSchema })),
    reasons: z.array(z.object({ measure: z.enum(qualityMeasures), reason: z.string(), client: z.string(), count: z.number().int() })),
  }),
});

export const refuseEnrichment = defineErrors('enrichment', {
  pattern_unreadable: { status: 400, message: 'A regular expression of the table cannot be read' },
  pattern_too_slow: { status: 400, message: 'A regular expression of the table may take for ever' },
  values_missing: { status: 400, message: 'A condition of the table has no values' },
  list_unknown: { status: 400, message: 'A condition names a list of sites that does not exist' },
  currency_same: { status: 400, message: 'A rate needs two different currencies' },
  currency_unknown: { status: 400, message: 'Not an ISO 4217 currency' },
  rate_unknown: { status: 404, message: 'There is no such rate' },
  rule_unknown: { status: 404, message: 'There is no such rule' },
  rates_unreadable: { status: 400, message: 'The file is no CSV of rates' },
  range_invalid: { status: 400, message: 'The range ends before it begins, or is longer than 92 days' },
});
