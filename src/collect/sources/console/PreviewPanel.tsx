import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../console/kit/Facts.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import type { Becomes, Problem, previewMapping } from '../contract.ts';
import styles from './Sources.module.css';

/** What the example becomes by the mapping on the screen. */
export function PreviewPanel({ preview, error }: { preview: ReplyOf<typeof previewMapping> | undefined; error: Error | null }) {
  const { t } = useTranslation('sources');
  return (
    <div className={styles['preview']} aria-live="polite">
      <h3>{t('preview')}</h3>
      {error ? <Alert type="error" showIcon title={error.message} /> : null}
      {!preview && !error ? <p className="quiet small">{t('previewEmpty')}</p> : null}
      {preview?.skipped ? <p className="quiet small">{t('previewSkipped', { count: preview.skipped })}</p> : null}
      {preview?.results.map((result, place) =>
        'becomes' in result ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is made anew with each answer
          <EventCard key={place} becomes={result.becomes} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <ProblemText key={place} problem={result.problem} />
        ),
      )}
    </div>
  );
}

/** A refusal in the reader's words. */
export function ProblemText({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  return <Alert type="warning" showIcon title={t(problem.code.replace('.', ':errors.'), { ...problem.details, defaultValue: problem.message })} />;
}

function EventCard({ becomes }: { becomes: Becomes }) {
  const { t } = useTranslation('sources');
  const isEmpty = (values: object): boolean => Object.keys(values).length === 0;
  return (
    <div className={styles['card']}>
      <strong>{becomes.event}</strong>
      <Facts
        items={[
          { name: t('map.userId'), value: becomes.userId ?? undefined },
          { name: t('map.anonymousId'), value: becomes.anonymousId ?? undefined },
          ...becomes.ids.map(({ kind, value }) => ({ name: kind, value })),
          { name: t('eventTime'), value: <TimeText at={becomes.time} withSeconds /> },
          { name: t('becomesId'), value: <code className={styles['id']}>{becomes.messageId}</code> },
        ]}
      />
      {isEmpty(becomes.properties) ? null : <span className={styles['label']}>{t('props')}</span>}
      {isEmpty(becomes.properties) ? null : <JsonView value={becomes.properties} />}
      {isEmpty(becomes.traits) ? null : <span className={styles['label']}>{t('traits')}</span>}
      {isEmpty(becomes.traits) ? null : <JsonView value={becomes.traits} />}
    </div>
  );
}
