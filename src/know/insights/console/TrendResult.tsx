import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import type { Bucket, Cell, Series, TrendAnswer, TrendQuestion } from '../contract.ts';
import { Definitions, Freshness } from './Definitions.tsx';
import { NumberButton } from './NumberButton.tsx';
import { bucketName, groupName, measureName, writeValue } from './names.ts';
import { TrendTable } from './TrendTable.tsx';
import { trendOption } from './trend-chart.ts';
import { useOpenCell } from './use-question.ts';

interface TrendResultProps {
  question: TrendQuestion;
  answer: TrendAnswer;
}

/** Chart, totals and the table of a trend. */
export function TrendResult({ question, answer }: TrendResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const open = useOpenTrendCell(question, answer);
  const measured = measureName(question, t);
  const names = useMemo(
    () => answer.series.map((series) => (series.group.kind === 'all' ? measured : groupName(series.group, t))),
    [answer, measured, t],
  );
  const option = useMemo(
    () =>
      trendOption(answer, {
        buckets: answer.buckets.map((bucket) => bucketName(bucket, question.interval, format)),
        previousBuckets: (answer.previousBuckets ?? []).map((bucket) => bucketName(bucket, question.interval, format)),
        series: names,
        previous: t('previous'),
        total: t('total'),
        colours: seriesColours[mode],
        write: (value) => writeValue(value, question, format),
        isAdditive: question.measure.kind === 'events' || question.measure.kind === 'sum',
      }),
    [answer, question, names, format, mode, t],
  );
  if (!answer.series.some((series) => series.values.some((value) => value !== null && value !== 0))) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.trend')} sentence={t('empty.trendSentence')} />
      </Panel>
    );
  }
  const pick = ({ seriesName, dataIndex }: { seriesName?: string; dataIndex: number }) => {
    const series = answer.series[names.indexOf(seriesName ?? '')];
    if (series) open(series, answer.buckets[dataIndex]);
  };
  return (
    <>
      <Panel title={measured} extra={<Definitions answer={answer} limit={question.breakdown?.limit ?? 0} />}>
        <Totals
          question={question}
          answer={answer}
          onOpen={() => answer.series[0] && open({ ...answer.series[0], group: { kind: 'all' } }, undefined)}
        />
        <Chart option={option} label={t('chartOf', { what: measured })} height={360} onPick={pick} />
        <Freshness answer={answer} />
      </Panel>
      <TrendTable question={question} answer={answer} names={names} onOpen={open} />
    </>
  );
}

function Totals({ question, answer, onOpen }: TrendResultProps & { onOpen(): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const only = answer.series.length === 1 ? answer.series[0] : undefined;
  const before = only?.previousTotal;
  const change = before && answer.total !== null ? answer.total / before - 1 : undefined;
  const label = t(`totals.${question.measure.kind}`);
  return (
    <Figures>
      <Figure
        label={label}
        value={
          answer.total === null ? undefined : (
            <NumberButton value={answer.total} label={`${label}: ${answer.total}`} onOpen={onOpen}>
              {writeValue(answer.total, question, format)}
            </NumberButton>
          )
        }
        note={change === undefined ? undefined : t('against', { change: `${change > 0 ? '+' : ''}${format.percent(change)}` })}
      />
    </Figures>
  );
}

/** Opens the people behind a bucket of a line, or behind its total. */
function useOpenTrendCell(question: TrendQuestion, answer: TrendAnswer): (series: Pick<Series, 'group'>, bucket: Bucket | undefined) => void {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const [, setOpen] = useOpenCell();
  return (series, bucket) => {
    const cell: Cell = { kind: 'trend', group: series.group, previous: false, ...(bucket && { bucket: bucket.start }) };
    const parts = [
      measureName(question, t),
      ...(series.group.kind === 'all' ? [] : [groupName(series.group, t)]),
      bucket ? bucketName(bucket, question.interval, format) : t('total'),
    ];
    setOpen({ cell, asOf: answer.asOf, title: parts.join(' · ') });
  };
}
