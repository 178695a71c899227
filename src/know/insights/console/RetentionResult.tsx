import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { csvText, saveFile } from '../../../console/kit/table/export-csv.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { RetentionAnswer, RetentionCell, RetentionQuestion } from '../contract.ts';
import { Definitions, Freshness } from './Definitions.tsx';
import styles from './QuestionFrame.module.css';
import { useOpenCell } from './use-question.ts';

/** Below it a share says little. */
const PEOPLE_MIN = 30;

type Cohort = RetentionAnswer['cohorts'][number];

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

function CohortTable({ question, answer }: RetentionResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const [, setOpen] = useOpenCell();
  const offsets = answer.mean.map((_, offset) => offset);
  const cohortName = (day: string) => (question.interval === 'month' ? day.slice(0, 7) : format.day(day));
  const open = (cohort: Cohort, offset: number | undefined) => {
    const title =
      offset === undefined
        ? t('cohortOf', { day: cohortName(cohort.day) })
        : t('returnedIn', { day: cohortName(cohort.day), offset: t(`offsetNames.${question.interval}`, { offset }) });
    setOpen({
      cell: { kind: 'retention', cohort: cohort.day, outcome: 'returned', ...(offset !== undefined && { offset }) },
      asOf: answer.asOf,
      title,
    });
  };
  const save = () => {
    const columns: Column<Cohort>[] = [
      { key: 'day', title: t('cohort'), value: (cohort) => cohort.day, render: () => null },
      { key: 'size', title: t('people'), value: (cohort) => cohort.size, render: () => null },
      ...offsets.map(
        (offset): Column<Cohort> => ({
          key: `${offset}`,
          title: t(`offsetNames.${question.interval}`, { offset }),
          value: (cohort) => cohort.cells[offset]?.people ?? null,
          render: () => null,
        }),
      ),
    ];
    saveFile('retention.csv', csvText(answer.cohorts, columns));
  };
  return (
    <Panel
      title={t('cohorts')}
      note={t('cohortsNote')}
      extra={
        <Button size="small" type="text" icon={<DownloadOutlined />} onClick={save}>
          {t('export')}
        </Button>
      }
    >
      <section className={styles['grid']} aria-label={t('cohorts')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('cohort')}</th>
              <th scope="col">{t('people')}</th>
              {offsets.map((offset) => (
                <th key={offset} scope="col">
                  {t(`offsetNames.${question.interval}`, { offset })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('mean')}</th>
              <td className={styles['plain']} />
              {answer.mean.map((rate, offset) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an offset is known by its place
                <td key={offset} className={styles['plain']}>
                  {rate === null ? '' : format.percent(rate)}
                </td>
              ))}
            </tr>
            {answer.cohorts.map((cohort) => (
              <tr key={cohort.day}>
                <th scope="row">{cohortName(cohort.day)}</th>
                <td>
                  <button type="button" className={styles['cell']} disabled={cohort.size === 0} onClick={() => open(cohort, undefined)}>
                    {format.number(cohort.size)}
                  </button>
                </td>
                {cohort.cells.map((cell, offset) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: an offset is known by its place
                  <td key={offset}>{cell && cohort.size > 0 ? <CellButton cell={cell} onOpen={() => open(cohort, offset)} /> : null}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

/** Darker means more; a running interval is dashed and its number can only grow. */
function CellButton({ cell, onOpen }: { cell: RetentionCell; onOpen(): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const rate = cell.rate ?? 0;
  const shade = Math.round(rate * 60);
  const label = `${format.percent(rate)}, ${t('peopleCount', { count: cell.people, formatted: format.number(cell.people) })}`;
  return (
    <button
      type="button"
      className={`${styles['cell']} ${cell.mature ? '' : styles['running']}`}
      style={{ background: `color-mix(in srgb, var(--accent) ${shade}%, var(--surface))` }}
      title={cell.mature ? label : `${label} · ${t('stillRunning')}`}
      aria-label={cell.mature ? label : `${label}, ${t('stillRunning')}`}
      onClick={onOpen}
    >
      {format.percent(rate)}
    </button>
  );
}
