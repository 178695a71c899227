import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

export const channels = ['email'] as const;
export type Channel = (typeof channels)[number];

/** `marketing` needs consent and obeys quiet hours and caps; `transactional` (receipts, resets) is only held back by suppression. */
export const categories = ['marketing', 'transactional'] as const;
export type Category = (typeof categories)[number];

/**
 * Where a message stands. `queued` waits for its time or its next try; `sending` is in a sender's hands; `sent` was taken by the mail server; `outbox` was kept
 * in the built-in outbox because no mail server is configured; `failed` was refused for good; `skipped` was never sent, for `reason`; `unknown` may
 * have reached the mail server when the process died, and is sent again only by hand.
 */
export const deliveryStates = ['queued', 'sending', 'sent', 'outbox', 'failed', 'skipped', 'unknown'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Why a message was skipped, held or failed. */
export const deliveryReasons = [
  'no_address',
  'opted_out',
  'suppressed',
  'control',
  'quiet_hours',
  'capped_day',
  'capped_week',
  'render_failed',
  'no_person',
  'cancelled',
  'retrying',
  'rejected',
  'bounced',
  'gave_up',
  'interrupted',
] as const;
export type DeliveryReason = (typeof deliveryReasons)[number];

export const suppressionReasons = ['bounced', 'complained', 'manual'] as const;

export const deliverySchema = z.object({
  id: z.string(),
  personId: z.number().int(),
  channel: z.enum(channels),
  operation: z.string(),
  node: z.string(),
  category: z.enum(categories),
  state: z.enum(deliveryStates),
  reason: z.enum(deliveryReasons).nullable(),
  address: z.string().nullable(),
  subject: z.string().nullable(),
  attempts: z.number().int(),
  /** When it is due or tried again; null when nothing more will happen by itself. */
  nextTryAt: z.iso.datetime().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.iso.datetime(),
  sentAt: z.iso.datetime().nullable(),
});
/** One decision of the gate and what became of it. */
export type Delivery = z.infer<typeof deliverySchema>;

export const deliveryDetailSchema = deliverySchema.extend({
  html: z.string().nullable(),
  text: z.string().nullable(),
  messageId: z.string(),
});

/** `22:00` and the like: a time of day in the person's zone. */
const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const capSchema = z.number().int().min(1).max(1_000).nullable();

/** A message with its content. */
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

export const deliverySettingsSchema = z.object({
  /** Marketing messages wait until `to` when they would go out in [from, to); it may span midnight. */
  quietHours: z.object({ from: timeOfDaySchema, to: timeOfDaySchema }).nullable(),
  /** Most marketing messages to one person and channel in any 24 hours and any 7 days. */
  capPerDay: capSchema,
  capPerWeek: capSchema,
  fromName: z.string().trim().max(100).nullable(),
  fromAddress: z.email().max(254).nullable(),
  replyTo: z.email().max(254).nullable(),
});
export type DeliverySettings = z.infer<typeof deliverySettingsSchema>;

const personIdSchema = z.coerce.number().int().min(1).max(4_294_967_295);
const deliveryParams = projectParams.extend({ deliveryId: z.uuid() });

export const listDeliveries = defineRoute({
  id: 'gate.list_deliveries',
  method: 'GET',
  path: '/api/projects/:projectId/deliveries',
  summary: 'Lists messages sent and not sent, newest first, each with its reason.',
  access: 'gate.read',
  params: projectParams,
  query: z.object({
    state: z.enum(deliveryStates).optional(),
    reason: z.enum(deliveryReasons).optional(),
    personId: personIdSchema.optional(),
    operation: z.string().max(100).optional(),
    node: z.string().max(100).optional(),
    cursor: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(deliverySchema), nextCursor: z.string().optional(), counts: z.record(z.string(), z.number().int()) }),
});

export const getDelivery = defineRoute({
  id: 'gate.get_delivery',
  method: 'GET',
  path: '/api/projects/:projectId/deliveries/:deliveryId',
  summary: 'Gives one message with its rendered content.',
  access: 'gate.read',
  params: deliveryParams,
  reply: deliveryDetailSchema,
});

export const sendAgain = defineRoute({
  id: 'gate.send_again',
  method: 'POST',
  path: '/api/projects/:projectId/deliveries/:deliveryId/attempts',
  summary: 'Tries now a queued message, or sends again one that failed, is unknown or lies in the outbox. An unknown one may arrive twice.',
  access: 'gate.send',
  params: deliveryParams,
  reply: deliverySchema,
});

export const getDeliverySettings = defineRoute({
  id: 'gate.get_settings',
  method: 'GET',
  path: '/api/projects/:projectId/delivery-settings',
  summary: 'Gives quiet hours, caps and the sender, and whether a mail server is configured.',
  access: 'gate.read',
  params: projectParams,
  reply: z.object({
    settings: deliverySettingsSchema,
    mailServer: z.object({ isConfigured: z.boolean(), host: z.string().nullable(), from: z.string() }),
    timeZone: z.string(),
  }),
});

export const putDeliverySettings = defineRoute({
  id: 'gate.put_settings',
  method: 'PUT',
  path: '/api/projects/:projectId/delivery-settings',
  summary: 'Sets quiet hours, caps and the sender of the project.',
  access: 'gate.write',
  params: projectParams,
  body: deliverySettingsSchema,
  reply: deliverySettingsSchema,
});

export const suppressionSchema = z.object({
  address: z.string(),
  reason: z.enum(suppressionReasons),
  detail: z.string().nullable(),
  createdAt: z.iso.datetime(),
});

/** An address that gets nothing. */
export type Suppression = z.infer<typeof suppressionSchema>;

export const listSuppressions = defineRoute({
  id: 'gate.list_suppressions',
  method: 'GET',
  path: '/api/projects/:projectId/suppressions',
  summary: 'Lists addresses that get nothing, newest first.',
  access: 'gate.read',
  params: projectParams,
  query: z.object({ search: z.string().max(254).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
  reply: z.object({ items: z.array(suppressionSchema) }),
});

export const addSuppression = defineRoute({
  id: 'gate.add_suppression',
  method: 'POST',
  path: '/api/projects/:projectId/suppressions',
  summary: 'Stops everything to an address.',
  access: 'gate.write',
  params: projectParams,
  body: z.object({ address: z.email().max(254) }),
  reply: suppressionSchema,
  status: 201,
});

export const removeSuppression = defineRoute({
  id: 'gate.remove_suppression',
  method: 'DELETE',
  path: '/api/projects/:projectId/suppressions/:address',
  summary: 'Lets an address be written to again.',
  access: 'gate.write',
  params: projectParams.extend({ address: z.string().max(254) }),
  status: 204,
});

export const consentSchema = z.object({
  channel: z.enum(channels),
  isOptedOut: z.boolean(),
  at: z.iso.datetime().nullable(),
  source: z.string().nullable(),
});

export const getConsent = defineRoute({
  id: 'gate.get_consent',
  method: 'GET',
  path: '/api/projects/:projectId/people/:personId/consent',
  summary: 'Tells by channel whether a person has opted out of marketing messages.',
  access: 'gate.read',
  params: projectParams.extend({ personId: personIdSchema }),
  reply: z.object({ items: z.array(consentSchema) }),
});

export const putConsent = defineRoute({
  id: 'gate.put_consent',
  method: 'PUT',
  path: '/api/projects/:projectId/people/:personId/consent',
  summary: 'Opts a person out of marketing messages on a channel, or in again.',
  access: 'gate.write',
  params: projectParams.extend({ personId: personIdSchema }),
  body: z.object({ channel: z.enum(channels), isOptedOut: z.boolean() }),
  reply: z.object({ items: z.array(consentSchema) }),
});

export const refuse = defineErrors('gate', {
  unknown_delivery: { status: 404, message: 'no such message in this project' },
  unknown_suppression: { status: 404, message: 'the address is not suppressed' },
  unknown_person: { status: 404, message: 'no such person in this project' },
  not_sendable: { status: 409, message: 'a message in this state cannot be sent again' },
  no_mail_server: { status: 409, message: 'no mail server is configured' },
  quiet_hours_empty: { status: 400, message: 'quiet hours begin and end at the same time' },
});
