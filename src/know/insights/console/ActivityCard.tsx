import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ChartSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import { askTrend } from '../contract.ts';
import { firstTrend } from './first-questions.ts';
import { bucketName } from './names.ts';
import { trendOption } from './trend-chart.ts';

const REFRESH_MS = 30_000;

/** Home: events of today, people of today, people of 30 days, and their curve. */
export function ActivityCard() {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const projectId = useProjectId();
  const people = useRead(askTrend, { params: { projectId }, body: firstTrend }, { refetchIntervalMs: REFRESH_MS });
  const today = useRead(
    askTrend,
    { params: { projectId }, body: { ...firstTrend, measure: { kind: 'events' }, range: { kind: 'last', count: 1, unit: 'day' } } },
    { refetchIntervalMs: REFRESH_MS },
  );
  const answer = people.data;
  const option = useMemo(
    () =>
      answer &&
      trendOption(answer, {
        buckets: answer.buckets.map((bucket) => bucketName(bucket, 'day', format)),
        previousBuckets: [],
        series: [t('activePeople')],
        previous: '',
        total: '',
        colours: seriesColours[mode],
        write: (value) => format.number(value),
        isAdditive: false,
      }),
    [answer, format, mode, t],
  );
  const write = (value: number | null | undefined) => (value === null || value === undefined ? undefined : format.number(value));
  return (
    <Panel title={t('activity')} extra={<ProjectLink to="insights/trend">{t('explore')}</ProjectLink>}>
      <Figures>
        <Figure label={t('eventsToday')} value={write(today.data?.total)} definition={t('definitions.measure_events')} to="insights/trend" />
        <Figure
          label={t('peopleToday')}
          value={write(answer?.series[0]?.values.at(-1))}
          definition={t('definitions.any_event')}
          to="insights/trend"
        />
        <Figure label={t('peopleOf30Days')} value={write(answer?.total)} definition={t('definitions.measure_people')} to="insights/trend" />
      </Figures>
      {people.error && !answer ? <ErrorPanel error={people.error} onRetry={() => void people.refetch()} isSmall /> : null}
      {answer?.total === 0 ? <EmptyState drawing="chart" isSmall title={t('empty.trend')} sentence={t('empty.activity')} /> : null}
      {option && answer?.total !== 0 ? <Chart option={option} label={t('chartOf', { what: t('activePeople') })} height={220} /> : null}
      {!answer && !people.error ? <ChartSkeleton height={220} /> : null}
    </Panel>
  );
}
