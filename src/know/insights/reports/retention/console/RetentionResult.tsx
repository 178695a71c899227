import { Alert, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { groupName } from '../../../console/names.ts';
import type { RetentionAnswer } from '../answer.ts';
import type { RetentionQuestion } from '../question.ts';
import { CohortTable, type ShownTable } from './CohortTable.tsx';
import { useRetentionNames } from './names.ts';
import { retentionOption } from './retention-chart.ts';

/** Below it a share says little. */
const PEOPLE_MIN = 30;

interface RetentionResultProps {
  question: RetentionQuestion;
  answer: RetentionAnswer;
  onChange(question: RetentionQuestion): void;
}

/** The mean curve, or one column over the cohorts, and the table of cohorts; with a breakdown a table a group. */
export function RetentionResult({ question, answer, onChange }: RetentionResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const { columnName, cohortName } = useRetentionNames(question, answer);
  const tables = useMemo(
    (): ShownTable[] => [
      { name: t('groups.all'), group: undefined, table: answer },
      ...(answer.groups ?? []).map((one) => ({ name: groupName(one.group, t), group: one.group, table: one })),
    ],
    [answer, t],
  );
  const column = question.trendOf !== undefined && question.trendOf < answer.columns.length ? question.trendOf : undefined;
  const option = useMemo(
    () =>
      retentionOption(tables, {
        column,
        columns: answer.columns.map((_, index) => columnName(index)),
        cohorts: answer.cohorts.map(cohortName),
        colours: seriesColours[mode],
        percent: (rate, digits) => format.percent(rate, digits),
      }),
    [tables, column, answer, columnName, cohortName, mode, format],
  );
  const people = answer.cohorts.reduce((sum, cohort) => sum + cohort.size, 0);
  if (people === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.retention')} sentence={t('empty.retentionSentence')} />
      </Panel>
    );
  }
  const show = (next: number) => {
    const { trendOf: _, ...rest } = question;
    onChange(next < 0 ? rest : { ...rest, trendOf: next });
  };
  const shown = [
    { value: -1, label: t('retention.curve') },
    ...answer.columns.map((_, index) => ({ value: index, label: t('retention.trendOf', { column: columnName(index) }) })),
  ];
  return (
    <>
      <Panel
        title={t(question.view === 'lost' ? 'retention.meanLoss' : 'meanRate')}
        extra={<Definitions answer={answer} limit={question.breakdown?.limit ?? 0} />}
      >
        <Select aria-label={t('retention.chart')} style={{ minWidth: 200, marginBottom: 12 }} value={column ?? -1} options={shown} onChange={show} />
        {people < PEOPLE_MIN ? (
          <Alert type="warning" showIcon title={t('tooFew', { count: people, min: PEOPLE_MIN })} style={{ marginBottom: 12 }} />
        ) : null}
        <Chart option={option} label={t('chartOf', { what: t('kinds.retention.title') })} height={300} />
        <Freshness answer={answer} />
      </Panel>
      {tables.map((table) => (
        <CohortTable key={table.name} question={question} answer={answer} shown={table} />
      ))}
    </>
  );
}
