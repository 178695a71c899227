import { z } from 'zod';

/** What is counted about the stream's quality. One event may be counted under several. */
export const qualityMeasures = [
  /** Messages that came in, whatever became of them. */
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
