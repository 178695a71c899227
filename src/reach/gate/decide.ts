import type { DeliveryRequest } from './api.ts';
import type { DeliveryReason, DeliverySettings } from './contract.ts';
import { quietUntil, zoneOf } from './quiet-hours.ts';

const ADDRESS_SIZE_MAX = 254;

/** Everything that the decision on one message needs to know, loaded for many at once. */
export interface Ground {
  now: number;
  projectZone: string;
  settings: DeliverySettings;
  isOptedOut: boolean;
  isSuppressed: boolean;
  /** Marketing messages to the person on this channel that count already. */
  sentInDay: number;
  sentInWeek: number;
}

export interface Verdict {
  outcome: 'queued' | 'skipped';
  reason: DeliveryReason | null;
  sendAt: number | null;
}

/**
 * The rule of the gate, in its order: no person, no address, no consent, suppressed, control group, quiet hours, caps.
 * Quiet hours hold a message back, everything else skips it. Transactional messages are only stopped by address, suppression and control.
 */
export function decide(request: Pick<DeliveryRequest, 'traits' | 'category' | 'arm'>, ground: Ground): Verdict {
  const skip = (reason: DeliveryReason): Verdict => ({ outcome: 'skipped', reason, sendAt: null });
  const isMarketing = request.category === 'marketing';
  if (request.traits === null) return skip('no_person');
  if (addressOf(request.traits) === undefined) return skip('no_address');
  if (isMarketing && ground.isOptedOut) return skip('opted_out');
  if (ground.isSuppressed) return skip('suppressed');
  if (request.arm === 'control') return skip('control');
  const { capPerDay, capPerWeek, quietHours } = ground.settings;
  const sendAt = isMarketing && quietHours ? quietUntil(quietHours, zoneOf(request.traits, ground.projectZone), ground.now) : ground.now;
  if (isMarketing && capPerDay !== null && ground.sentInDay >= capPerDay) return skip('capped_day');
  if (isMarketing && capPerWeek !== null && ground.sentInWeek >= capPerWeek) return skip('capped_week');
  return { outcome: 'queued', reason: sendAt > ground.now ? 'quiet_hours' : null, sendAt };
}

/** The mail address of a person: trait `email`. Undefined when there is none that mail can go to. */
export function addressOf(traits: Record<string, unknown>): string | undefined {
  const email = traits.email;
  if (typeof email !== 'string') return undefined;
  const address = email.trim();
  return address.length <= ADDRESS_SIZE_MAX && /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+$/.test(address) ? address : undefined;
}

/** How addresses are compared. */
export function sameAddress(address: string): string {
  return address.trim().toLowerCase();
}
