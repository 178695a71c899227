import { Alert, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { getQuarantined } from '../contract.ts';
import styles from './Plan.module.css';
import { QuarantineActs } from './QuarantineActs.tsx';
import { usePlanWords } from './use-plan-words.ts';

type Detail = ReplyOf<typeof getQuarantined>;

/** One kept event: whole, why it is here, and what the plan says of it now. */
export function QuarantineDrawer({ entryId, onClose }: { entryId: number | undefined; onClose(): void }) {
  const { t } = useTranslation('tracking-plan');
  const isNarrow = useNarrow();
  return (
    <Drawer
      open={entryId !== undefined}
      onClose={onClose}
      size={isNarrow ? '100%' : 640}
      title={t('quarantine.entry')}
      mask={{ blur: false }}
      destroyOnHidden
    >
      {entryId === undefined ? null : <Opened entryId={entryId} onDone={onClose} />}
    </Drawer>
  );
}

function Opened({ entryId, onDone }: { entryId: number; onDone(): void }) {
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(getQuarantined, { params: { projectId, entryId } });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} isSmall />;
  if (!data || data.entry.id !== entryId) return <DetailSkeleton />;
  return <Entry detail={data} onDone={onDone} />;
}

function Entry({ detail, onDone }: { detail: Detail; onDone(): void }) {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const words = usePlanWords();
  const { entry, body, now } = detail;
  const isWaiting = entry.state === 'quarantined' || entry.state === 'refused';
  const eventLink = `tracking-plan/event?event=${encodeURIComponent(entry.event)}`;
  return (
    <div className={styles['stack']}>
      {isWaiting && now.length === 0 ? <Alert type="success" showIcon title={t('quarantine.fitsNow')} /> : null}
      {can('tracking-plan.write') && entry.state !== 'replayed' ? (
        <div style={{ display: 'flex', gap: 8 }}>
          <QuarantineActs rows={[entry]} onDone={onDone} />
        </div>
      ) : null}
      <Facts
        items={[
          {
            key: 'event',
            name: t('columns.event'),
            value: <ProjectLink to={eventLink}>{words.name(undefined, entry.event) ?? entry.event}</ProjectLink>,
          },
          { key: 'state', name: t('columns.status'), value: t(`quarantine.states.${entry.state}`) },
          { key: 'who', name: t('quarantine.who'), value: entry.userId ?? entry.anonymousId ?? undefined },
          { key: 'client', name: t('violations.client'), value: entry.library || undefined },
          { key: 'time', name: t('quarantine.time'), value: entry.time ? <TimeText at={entry.time} withSeconds /> : undefined },
          { key: 'received', name: t('quarantine.receivedAt'), value: <TimeText at={entry.receivedAt} withSeconds /> },
          ...(entry.outcome ? [{ key: 'outcome', name: t('quarantine.outcome'), value: t(`quarantine.outcomes.${entry.outcome}`) }] : []),
          { key: 'id', name: t('quarantine.messageId'), value: <CopyText text={entry.messageId} /> },
        ]}
      />
      <section>
        <h3>{t('quarantine.reasons')}</h3>
        <Reasons violations={isWaiting ? now : entry.violations} />
      </section>
      <section>
        <h3>{t('quarantine.whole')}</h3>
        <JsonView value={body} openLevels={2} />
      </section>
    </div>
  );
}

function Reasons({ violations }: { violations: Detail['now'] }) {
  const { t } = useTranslation('tracking-plan');
  const words = usePlanWords();
  if (violations.length === 0) return <p className="quiet">{t('quarantine.noReasons')}</p>;
  return (
    <ul className={styles['list']}>
      {violations.map((one) => (
        <li key={`${one.kind}${one.name}`}>
          <div>
            {words.kind(one.kind)} {one.name ? <code>{one.name}</code> : null}
          </div>
          <span className="small quiet">
            {one.expected ? t('quarantine.wanted', { expected: one.expected }) : null}
            {one.found ? ` ${t('quarantine.came', { found: one.found })}` : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
