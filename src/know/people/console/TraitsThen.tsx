import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { getTraitsAt } from '../contract.ts';
import styles from './Identity.module.css';
import { shortValue } from './names.ts';
import { TraitList } from './TraitList.tsx';

/** Which values a person's traits had at an instant, and how they changed. */
export function TraitsThen({ personId }: { personId: number }) {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const [local, setLocal] = useState('');
  const at = local === '' ? Number.NaN : new Date(local).getTime();
  const read = useRead(getTraitsAt, { params: { projectId, personId }, query: Number.isFinite(at) && at >= 0 ? { at } : {} });
  if (read.error) return <ErrorPanel error={read.error} onRetry={() => void read.refetch()} />;
  if (!read.data || (read.data.history.length === 0 && local === '')) return null;
  return (
    <Panel
      title={t('identity.then')}
      note={t('identity.thenNote')}
      isFlush
      extra={
        <Input
          type="datetime-local"
          size="small"
          aria-label={t('identity.thenAt')}
          value={local}
          onChange={(event) => setLocal(event.target.value)}
        />
      }
    >
      <div className={styles['then']}>
        <TraitList traits={read.data.traits} />
      </div>
      <ul className={styles['rows']}>
        {read.data.history.map((moment) => (
          <li key={`${moment.trait} ${moment.at} ${JSON.stringify(moment.value)}`}>
            <span className={styles['kind']}>{moment.trait}</span>
            <span className={styles['value']}>
              {moment.value === undefined ? <span className="quiet">{t('identity.cleared')}</span> : shortValue(moment.value)}
            </span>
            <span className={styles['when']}>
              <TimeText at={moment.at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
