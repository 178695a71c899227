import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { PlannedOrSeen } from '../contract.ts';
import styles from './Plan.module.css';
import { isPreset, PlanStatus } from './PlanStatus.tsx';
import { usePlanWords } from './use-plan-words.ts';
import { VolumeBars } from './VolumeBars.tsx';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** What the plan says about an event, and when it was seen. */
function aboutColumns(t: TFunction<'tracking-plan'>): Column<PlannedOrSeen>[] {
  return [
    { key: 'owner', title: t('columns.owner'), value: (row) => row.owner, render: (row) => row.owner || <span className="quiet">–</span> },
    { key: 'tags', title: t('columns.tags'), isShown: false, value: (row) => row.tags.join(', '), render: (row) => row.tags.join(', ') },
    { key: 'description', title: t('columns.description'), isShown: false, value: (row) => row.description, render: (row) => row.description },
    {
      key: 'firstSeen',
      title: t('columns.firstSeen'),
      isShown: false,
      value: (row) => row.firstSeen,
      render: (row) => (row.firstSeen ? <TimeText at={row.firstSeen} /> : '–'),
    },
    {
      key: 'lastSeen',
      title: t('columns.lastSeen'),
      value: (row) => row.lastSeen,
      render: (row) => (row.lastSeen ? <TimeText at={row.lastSeen} isRelative /> : <span className="quiet">{t('neverSeen')}</span>),
    },
  ];
}

/** Columns of the list of events. */
export function useEventColumns(): readonly Column<PlannedOrSeen>[] {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const words = usePlanWords();
  return useMemo(
    () => [
      {
        key: 'event',
        title: t('columns.event'),
        value: (row) => [words.name(row.displayName, row.event), row.event].filter(Boolean).join(' '),
        render: (row) => {
          const name = words.name(row.displayName, row.event);
          return (
            <span className={styles['name']} title={row.description}>
              {name ?? row.event}
              {name ? <span className={styles['code']}>{row.event}</span> : null}
            </span>
          );
        },
      },
      {
        key: 'status',
        title: t('columns.status'),
        value: (row) => t(`statuses.${isPreset(row) ? 'preset' : row.status}`),
        render: (row) => <PlanStatus status={row.status} of={row} />,
      },
      {
        key: 'volume',
        title: t('columns.volume'),
        align: 'right',
        value: (row) => sum(row.volume),
        render: (row) => (
          <span className={styles['volume']}>
            <VolumeBars values={row.volume} label={t('volumeOf', { number: format.number(sum(row.volume)) })} />
            <span>{format.compact(sum(row.volume))}</span>
          </span>
        ),
      },
      {
        key: 'violations',
        title: t('columns.violations'),
        align: 'right',
        value: (row) => row.violations,
        render: (row) =>
          row.violations > 0 ? <span className={styles['warn']}>{format.number(row.violations)}</span> : <span className="quiet">0</span>,
      },
      {
        key: 'properties',
        title: t('columns.properties'),
        align: 'right',
        value: (row) => row.plannedProperties,
        render: (row) => (row.isInPlan ? format.number(row.plannedProperties) : '–'),
      },
      ...aboutColumns(t),
    ],
    [t, format, words],
  );
}
