import type { IncomingEvent } from '../stream/contract.ts';
import type { QualityApi } from './api.ts';
import type { Arrival } from './arrival.ts';
import type { Profile } from './profiles.ts';

const currencyForm = /^[A-Z]{3}$/;
const numberForm = /^-?\d{1,15}(?:\.\d+)?$/;

/**
 * Adds `$revenue`: `revenue` in the project's currency, at the rate of the event's day. Without `currency` it is the project's. Where no rate is known
 * there is no `$revenue`, and that is counted: a wrong sum is worse than a missing one.
 */
export function addRevenue(event: IncomingEvent, { client, timeMs }: Arrival, { profile, quality }: { profile: Profile; quality: QualityApi }): void {
  const { properties } = event;
  const { revenue } = properties;
  const amount = typeof revenue === 'number' ? revenue : typeof revenue === 'string' && numberForm.test(revenue) ? Number(revenue) : Number.NaN;
  if (!Number.isFinite(amount)) return;
  const { currency } = properties;
  const from = typeof currency === 'string' && currency !== '' ? currency.trim().toUpperCase() : profile.currency;
  const converted = currencyForm.test(from) ? profile.rates.convert(amount, { from, to: profile.currency, timeMs }) : undefined;
  if (!converted) {
    quality.count(profile.projectId, { measure: 'currency_unknown', client, reason: from.slice(0, 20) });
    delete properties.$revenue;
    return;
  }
  if (converted.isBuiltIn) quality.count(profile.projectId, { measure: 'currency_built_in', client, reason: from });
  properties.$revenue = converted.amount;
}
