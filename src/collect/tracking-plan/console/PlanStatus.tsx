import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import type { EventStatus } from '../contract.ts';

const meanings = { expected: 'success', unplanned: 'neutral', deprecated: 'warning', blocked: 'danger' } as const;

/** Where an event stands. */
export function PlanStatus({ status }: { status: EventStatus }) {
  const { t } = useTranslation('tracking-plan');
  return <StatusMark meaning={meanings[status]}>{t(`statuses.${status}`)}</StatusMark>;
}
