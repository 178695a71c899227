import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { CodeBlock, CopyText } from '../../../console/kit/CopyText.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Arrival } from '../contract.ts';
import { meaningOf, nameOfEvent } from './names.ts';

/** One arrival: what it became and the message as it was sent. */
export function ArrivalDrawer({ arrival, onClose }: { arrival: Arrival | undefined; onClose(): void }) {
  const { t } = useTranslation('gateway');
  return (
    <Drawer open={arrival !== undefined} onClose={onClose} title={arrival ? nameOfEvent(arrival, t) : ''} size={600}>
      {arrival ? <ArrivalParts arrival={arrival} /> : null}
    </Drawer>
  );
}

const heading = { fontSize: 14, margin: '8px 0 0' };

function ArrivalParts({ arrival }: { arrival: Arrival }) {
  const { t } = useTranslation('gateway');
  const { t: reason } = useTranslation();
  const id = (text: string | null) => (text ? <CopyText text={text} /> : undefined);
  return (
    <div style={{ display: 'grid', gap: 12, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <h2 style={heading}>{t('became.title')}</h2>
      <p style={{ margin: 0 }}>
        <StatusMark meaning={meaningOf[arrival.status]}>{t(`filter.${arrival.status}`)}</StatusMark>
      </p>
      <p style={{ margin: 0 }}>
        {arrival.status === 'accepted' ? t('became.accepted', { event: arrival.event, personId: arrival.personId }) : null}
        {arrival.status === 'duplicate' ? t('became.duplicate') : null}
        {arrival.code ? reason(arrival.code.replace('.', ':errors.'), arrival.details) : null}{' '}
        {arrival.personId ? <ProjectLink to={`people/${arrival.personId}`}>{t('became.open_person')}</ProjectLink> : null}
      </p>
      <Facts
        items={[
          { name: t('column.time'), value: <TimeText at={arrival.at} withSeconds /> },
          { name: t('field.kind'), value: <code>{arrival.kind}</code> },
          { name: t('field.user_id'), value: id(arrival.userId) },
          { name: t('field.anonymous_id'), value: id(arrival.anonymousId) },
          { name: t('field.message_id'), value: id(arrival.messageId) },
          { name: t('column.key'), value: <code>{arrival.key}</code> },
          { name: t('field.library'), value: arrival.library ?? undefined },
        ]}
      />
      <h2 style={heading}>{t('raw')}</h2>
      {arrival.isCut ? <p className="quiet small">{t('cut')}</p> : null}
      <RawMessage raw={arrival.raw} />
    </div>
  );
}

function RawMessage({ raw }: { raw: string }) {
  try {
    return <JsonView value={JSON.parse(raw)} openLevels={2} />;
  } catch {
    return <CodeBlock code={raw} />;
  }
}
