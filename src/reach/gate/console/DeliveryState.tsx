import { useTranslation } from 'react-i18next';
import { type Meaning, StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Delivery, DeliveryState as State } from '../contract.ts';

const meanings: Record<State, Meaning> = {
  queued: 'waiting',
  sending: 'waiting',
  sent: 'success',
  outbox: 'info',
  failed: 'danger',
  skipped: 'neutral',
  unknown: 'warning',
};

/** Where a message stands, why, and when it is tried next. */
export function DeliveryState({ delivery, isLong = false }: { delivery: Delivery; isLong?: boolean }) {
  const { t } = useTranslation('gate');
  return (
    <>
      <StatusMark meaning={meanings[delivery.state]}>{t(`states.${delivery.state}`)}</StatusMark>
      {delivery.reason ? <div className="quiet small">{t(`reasons.${delivery.reason}`)}</div> : null}
      {isLong && delivery.nextTryAt ? (
        <div className="quiet small">
          {t('detail.nextTry')} <TimeText at={delivery.nextTryAt} isRelative />
        </div>
      ) : null}
    </>
  );
}
