import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { ViolationCount } from '../contract.ts';
import styles from './Plan.module.css';
import { usePlanWords } from './use-plan-words.ts';

/** What broke the plan: what, where, from which client, how often, and one example. */
export function ViolationTable({ violations }: { violations: readonly ViolationCount[] }) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const words = usePlanWords();
  const isNarrow = useNarrow();
  if (violations.length === 0) return <EmptyState drawing="list" isSmall title={t('violations.none')} />;
  if (isNarrow) return <ViolationCards violations={violations} />;
  return (
    <Table<ViolationCount>
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={[...violations]}
      rowKey={(row) => [row.event, row.kind, row.name, row.isTrait, row.library].join('\n')}
      columns={[
        { key: 'kind', title: t('violations.kind'), render: (_, row) => words.kind(row.kind) },
        { key: 'name', title: t('fields.name'), render: (_, row) => (row.name ? <code>{row.name}</code> : <span className="quiet">–</span>) },
        {
          key: 'library',
          title: t('violations.client'),
          render: (_, row) => row.library || <span className="quiet">{t('violations.unknownClient')}</span>,
        },
        { key: 'count', title: t('violations.count'), align: 'right', render: (_, row) => format.number(row.count) },
        { key: 'expected', title: t('violations.expected'), render: (_, row) => (row.sample.expected ? <code>{row.sample.expected}</code> : null) },
        {
          key: 'found',
          title: t('violations.found'),
          render: (_, row) => (
            <span className={styles['examples']}>
              {row.sample.found === undefined ? null : <code title={row.sample.found}>{row.sample.found}</code>}
            </span>
          ),
        },
        { key: 'last', title: t('violations.last'), render: (_, row) => <TimeText at={row.lastAt} isRelative /> },
      ]}
    />
  );
}

/** The same on a phone. */
function ViolationCards({ violations }: { violations: readonly ViolationCount[] }) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const words = usePlanWords();
  return (
    <ul className={`${styles['list']} ${styles['cards']}`}>
      {violations.map((row) => (
        <li key={[row.event, row.kind, row.name, row.isTrait, row.library].join('\n')}>
          <div>
            {words.kind(row.kind)} {row.name ? <code>{row.name}</code> : null}
            <div className="small quiet">
              {row.library || t('violations.unknownClient')} · <TimeText at={row.lastAt} isRelative />
            </div>
          </div>
          <span>{format.number(row.count)}</span>
        </li>
      ))}
    </ul>
  );
}
