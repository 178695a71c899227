import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import type { EventStatus } from '../contract.ts';

const meanings = { expected: 'success', unplanned: 'neutral', deprecated: 'warning', blocked: 'danger' } as const;

/** True: clients and the system give this name, so that nobody needs to plan it. */
export function isPreset(event: { event: string; isInPlan: boolean }): boolean {
  return event.event.startsWith('$') && !event.isInPlan;
}

/** Where an event stands. */
export function PlanStatus({ status, of }: { status: EventStatus; of: { event: string; isInPlan: boolean } }) {
  const { t } = useTranslation('tracking-plan');
  if (isPreset(of)) return <StatusMark meaning="info">{t('statuses.preset')}</StatusMark>;
  return <StatusMark meaning={meanings[status]}>{t(`statuses.${status}`)}</StatusMark>;
}
