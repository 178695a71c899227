import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { type Meaning, StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { listScorecards, type Scorecard, type Verdict } from '../contract.ts';

const meanings: Record<Verdict, Meaning> = { works: 'success', harms: 'danger', open: 'waiting', untrusted: 'warning', unmeasured: 'neutral' };

/** Every operation with its goal, both goal rates, the difference with its interval, and what that means. */
export function ScorecardList() {
  const { t } = useTranslation('scorecards');
  const projectId = useProjectId();
  const go = useGo();
  const { data, error, refetch } = useQuery({
    queryKey: ['scorecards', projectId],
    queryFn: ({ signal }) => call(listScorecards, { params: { projectId }, signal }),
  });
  const columns = useScorecardColumns();
  const toJourneys = <Button onClick={() => go('journeys')}>{t('toJourneys')}</Button>;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')}>
      <QueryTable
        id="scorecards"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => row.operation}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('operation')}
        sortAtFirst="-startedAt"
        href={(row) => `journeys/${row.operation.split(':')[1]}`}
        exportName="scorecards"
        empty={<EmptyState drawing="chart" title={t('title')} sentence={t('empty')} action={toJourneys} />}
      />
    </PageFrame>
  );
}

function useScorecardColumns(): readonly Column<Scorecard>[] {
  const { t } = useTranslation('scorecards');
  const format = useFormat();
  return useMemo(() => {
    const arm = (key: 'treatment' | 'control'): Column<Scorecard> => ({
      key,
      title: t(key),
      align: 'right',
      value: (row) => row.comparison[key].rate,
      render: (row) => {
        const { n, rate } = row.comparison[key];
        return rate === null ? '—' : t('rate', { rate: format.percent(rate), people: format.number(n) });
      },
    });
    const points = (value: number): string => `${value > 0 ? '+' : ''}${format.number(value * 100, 1)}`;
    return [
      { key: 'name', title: t('operation'), value: (row) => row.name, render: (row) => row.name },
      {
        key: 'goal',
        title: t('goal'),
        value: (row) => row.goal.event,
        render: (row) => t('goalText', { event: row.goal.event, days: row.goal.windowDays }),
      },
      { key: 'entered', title: t('entered'), align: 'right', value: (row) => row.entered, render: (row) => format.number(row.entered) },
      arm('treatment'),
      arm('control'),
      {
        key: 'difference',
        title: t('difference'),
        align: 'right',
        value: (row) => row.comparison.result?.difference.value,
        render: (row) => <Difference row={row} points={points} />,
      },
      {
        key: 'gained',
        title: t('gained'),
        align: 'right',
        value: (row) => row.gained?.value,
        render: (row) => (row.gained ? <span title={t('gainedRule')}>{format.number(Math.round(row.gained.value))}</span> : '—'),
      },
      {
        key: 'verdict',
        title: t('verdict'),
        value: (row) => row.verdict,
        render: (row) => <StatusMark meaning={meanings[row.verdict]}>{t(`verdicts.${row.verdict}`)}</StatusMark>,
      },
      { key: 'startedAt', title: t('started'), value: (row) => row.startedAt, render: (row) => <TimeText at={row.startedAt} />, isShown: false },
    ] satisfies Column<Scorecard>[];
  }, [t, format]);
}

function Difference({ row, points }: { row: Scorecard; points: (value: number) => string }) {
  const { t } = useTranslation('scorecards');
  const { result, reason } = row.comparison;
  if (!result) return <span className="small quiet">{reason ? t(`reasons.${reason}`) : '—'}</span>;
  const { value, low, high } = result.difference;
  return (
    <span title={t('differenceRule')}>
      {points(value)} <span className="small quiet">{t('range', { low: points(low), high: points(high) })}</span>
    </span>
  );
}
