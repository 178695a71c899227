import { Alert } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { RetentionAnswer, RetentionQuestion } from '../contract.ts';
import { CohortTable } from './CohortTable.tsx';
import { Definitions, Freshness } from './Definitions.tsx';

/** Below it a share says little. */
const PEOPLE_MIN = 30;

interface RetentionResultProps {
  question: RetentionQuestion;
  answer: RetentionAnswer;
}

/** The mean curve and the table of cohorts. */
export function RetentionResult({ question, answer }: RetentionResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const option = useMemo(
    (): EChartsCoreOption => ({
      xAxis: { type: 'category', data: answer.mean.map((_, offset) => t(`offsetNames.${question.interval}`, { offset })), boundaryGap: false },
      yAxis: { type: 'value', min: 0, max: 1, axisLabel: { formatter: (value: number) => format.percent(value, 0) } },
      tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => (typeof value === 'number' ? format.percent(value) : '–') },
      series: [{ type: 'line', name: t('meanRate'), data: answer.mean.map((rate) => rate ?? '-'), areaStyle: { opacity: 0.08 } }],
    }),
    [answer, question.interval, format, t],
  );
  const people = answer.cohorts.reduce((sum, cohort) => sum + cohort.size, 0);
  if (people === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.retention')} sentence={t('empty.retentionSentence')} />
      </Panel>
    );
  }
  return (
    <>
      <Panel title={t('meanRate')} extra={<Definitions answer={answer} />}>
        {people < PEOPLE_MIN ? (
          <Alert type="warning" showIcon title={t('tooFew', { count: people, min: PEOPLE_MIN })} style={{ marginBottom: 12 }} />
        ) : null}
        <Chart option={option} label={t('chartOf', { what: t('kinds.retention.title') })} height={300} />
        <Freshness answer={answer} />
      </Panel>
      <CohortTable question={question} answer={answer} />
    </>
  );
}
