import { Alert, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { CodeBlock, CopyText } from '../../../console/kit/CopyText.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Arrival } from '../contract.ts';
import styles from './ArrivalDrawer.module.css';
import { meaningOf, nameOfEvent, reasonOf } from './names.ts';

/** One arrival: what became of it and why, and the message as it was sent beside the event that it became. */
export function ArrivalDrawer({ arrival, onClose }: { arrival: Arrival | undefined; onClose(): void }) {
  const { t } = useTranslation('gateway');
  return (
    <Drawer open={arrival !== undefined} onClose={onClose} title={arrival ? nameOfEvent(arrival, t) : ''} size={1040}>
      {arrival ? <ArrivalParts arrival={arrival} /> : null}
    </Drawer>
  );
}

function ArrivalParts({ arrival }: { arrival: Arrival }) {
  const { t } = useTranslation('gateway');
  const id = (text: string | null) => (text ? <CopyText text={text} /> : undefined);
  return (
    <div className={styles['parts']}>
      <Outcome arrival={arrival} />
      <Violations arrival={arrival} />
      <Facts
        items={[
          { name: t('column.time'), value: <TimeText at={arrival.at} withSeconds /> },
          { name: t('field.kind'), value: <code>{arrival.kind}</code> },
          { name: t('field.dialect'), value: <code>{arrival.dialect}</code> },
          { name: t('field.library'), value: arrival.library ?? undefined },
          { name: t('column.key'), value: <code>{arrival.key}</code> },
          { name: t('field.user_id'), value: id(arrival.userId) },
          { name: t('field.anonymous_id'), value: id(arrival.anonymousId) },
          { name: t('field.message_id'), value: id(arrival.messageId) },
        ]}
      />
      {arrival.isCut ? <p className="quiet small">{t('cut')}</p> : null}
      <div className={styles['sides']}>
        <section>
          <h2 className={styles['heading']}>{t('raw')}</h2>
          <Json text={arrival.raw} />
          <Masked arrival={arrival} />
        </section>
        <section>
          <h2 className={styles['heading']}>{t('became.title')}</h2>
          {arrival.became === null ? <p className="quiet">{t('became.nothing')}</p> : <Json text={arrival.became} />}
        </section>
      </div>
    </div>
  );
}

function Outcome({ arrival }: { arrival: Arrival }) {
  const { t } = useTranslation('gateway');
  const { t: any } = useTranslation();
  return (
    <p className={styles['outcome']}>
      <StatusMark meaning={meaningOf[arrival.status]}>{t(`filter.${arrival.status}`)}</StatusMark>
      <span>
        {arrival.status === 'accepted' && arrival.personId !== null
          ? t('became.accepted', { event: arrival.event, personId: arrival.personId })
          : null}
        {arrival.status === 'accepted' && arrival.personId === null ? t('became.group') : null}
        {arrival.status === 'duplicate' ? t('became.duplicate') : null}
        {reasonOf(arrival, { t, any })}{' '}
        {arrival.personId ? <ProjectLink to={`people/${arrival.personId}`}>{t('became.open_person')}</ProjectLink> : null}
        {arrival.status === 'quarantined' ? <ProjectLink to="tracking-plan/quarantine">{t('became.open_quarantine')}</ProjectLink> : null}
      </span>
    </p>
  );
}

function Violations({ arrival: { violations, status } }: { arrival: Arrival }) {
  const { t } = useTranslation('gateway');
  if (violations.length === 0) return null;
  return (
    <Alert
      type={status === 'accepted' ? 'warning' : 'error'}
      showIcon
      title={t('violations.title')}
      description={
        <ul className={styles['violations']}>
          {violations.map((violation) => (
            <li key={`${violation.kind} ${violation.name}`}>
              {t(`violations.${violation.kind}`, { name: violation.name })}
              {violation.expected === undefined ? null : ` · ${t('violations.expected', { value: violation.expected })}`}
              {violation.found === undefined ? null : ` · ${t('violations.found', { value: violation.found })}`}
            </li>
          ))}
        </ul>
      }
    />
  );
}

/** What is not shown of the message, and why. */
function Masked({ arrival: { masked } }: { arrival: Arrival }) {
  const { t } = useTranslation('gateway');
  if (masked.length === 0) return null;
  return (
    <div className="quiet small">
      <p>
        {t('masked.title')} <ProjectLink to="collection-settings?section=personal">{t('masked.open')}</ProjectLink>
      </p>
      <ul className={styles['violations']}>
        {masked.map(({ path, action }) => (
          <li key={path}>
            <code>{path}</code> · {t(`masked.${action}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What another process told may be cut, and then it is no JSON. */
function Json({ text }: { text: string }) {
  try {
    return <JsonView value={JSON.parse(text)} openLevels={2} />;
  } catch {
    return <CodeBlock code={text} />;
  }
}
