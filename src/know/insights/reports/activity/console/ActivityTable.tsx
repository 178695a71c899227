import { useTranslation } from 'react-i18next';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import type { Column } from '../../../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { bucketName } from '../../../console/names.ts';
import type { ActivityBucket, ActivityCell } from '../answer.ts';
import type { ActivityParts } from './ActivityCharts.tsx';

/** A row an interval, a column a figure. */
export function ActivityTable({ answer, interval, names, onOpen }: ActivityParts) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const nameOf = (bucket: ActivityBucket) => bucketName(bucket, interval, format);
  const isTrailing = answer.buckets.some((bucket) => bucket.month !== null);
  const peopleColumn = (figure: ActivityCell['figure']): Column<ActivityBucket> => ({
    key: figure,
    title: names[figure],
    align: 'right',
    value: (bucket) => bucket[figure],
    render: (bucket) => (
      <NumberButton value={bucket[figure]} label={`${names[figure]}, ${nameOf(bucket)}: ${bucket[figure]}`} onOpen={() => onOpen(figure, bucket)}>
        {format.number(bucket[figure] ?? 0)}
      </NumberButton>
    ),
  });
  const ratioColumn = (key: 'perMonth' | 'perWeek'): Column<ActivityBucket> => ({
    key,
    title: t(`activityReport.${key}`),
    align: 'right',
    value: (bucket) => bucket[key],
    render: (bucket) => (bucket[key] === null ? '–' : format.percent(bucket[key])),
  });
  const columns: Column<ActivityBucket>[] = [
    {
      key: 'bucket',
      title: t(`intervals.${interval}`),
      value: (bucket) => bucket.label,
      render: (bucket) => (bucket.complete ? nameOf(bucket) : t('running', { name: nameOf(bucket) })),
    },
    peopleColumn('active'),
    ...(isTrailing ? [peopleColumn('week'), peopleColumn('month'), ratioColumn('perMonth'), ratioColumn('perWeek')] : []),
    peopleColumn('new'),
    {
      key: 'newUnmerged',
      title: t('activityReport.newUnmerged'),
      align: 'right',
      value: (bucket) => bucket.newUnmerged,
      render: (bucket) => format.number(bucket.newUnmerged),
    },
  ];
  return (
    <Panel isFlush>
      <QueryTable
        id="insights-activity"
        columns={columns}
        rows={answer.buckets}
        rowKey={(bucket) => bucket.label}
        exportName={`activity-${interval}`}
        sortAtFirst="-bucket"
        empty={null}
      />
    </Panel>
  );
}
