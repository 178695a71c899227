import type { TFunction } from 'i18next';
import type { Meaning } from '../../../console/kit/StatusMark.tsx';
import type { Arrival } from '../contract.ts';

/** What people call an event: its own name, or the call's for those that the protocol names. */
export function nameOfEvent(arrival: Pick<Arrival, 'event' | 'kind'>, t: TFunction<'gateway'>): string {
  const call = /^\$(page|screen|identify|group|alias)$/.exec(arrival.event)?.[1];
  if (call) return t(`call.${call}`);
  return arrival.event === '' ? t('call.unnamed') : arrival.event;
}

export const meaningOf: Record<Arrival['status'], Meaning> = { accepted: 'success', duplicate: 'neutral', refused: 'danger' };
