import type { TFunction } from 'i18next';
import type { Meaning } from '../../../console/kit/StatusMark.tsx';
import type { Arrival } from '../contract.ts';

/** What people call an event: its own name, or the call's for those that the protocol names. */
export function nameOfEvent(arrival: Pick<Arrival, 'event' | 'kind'>, t: TFunction<'gateway'>): string {
  const call = /^\$(page|screen|identify|group|alias)$/.exec(arrival.event)?.[1];
  if (call) return t(`call.${call}`);
  return arrival.event === '' ? t('call.unnamed') : arrival.event;
}

export const meaningOf: Record<Arrival['status'], Meaning> = {
  accepted: 'success',
  duplicate: 'neutral',
  refused: 'danger',
  quarantined: 'waiting',
  dropped: 'neutral',
};

/** Why it is not in the stream: a refusal's text, or what the project's own rules did with it. Empty for what was stored. */
export function reasonOf(arrival: Pick<Arrival, 'code' | 'details' | 'status'>, texts: { t: TFunction<'gateway'>; any: TFunction }): string {
  if (!arrival.code) return '';
  if (arrival.status === 'refused') return texts.any(arrival.code.replace('.', ':errors.'), arrival.details);
  return texts.t(`aside.${arrival.code.split('.')[1]}`);
}
