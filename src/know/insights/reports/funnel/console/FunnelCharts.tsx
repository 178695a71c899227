import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { type Format, useFormat } from '../../../../../console/kit/use-format.ts';
import { palettes, seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { bucketName } from '../../../console/names.ts';
import { useOpenCell } from '../../../console/use-question.ts';
import type { FunnelAnswer, FunnelBucket, FunnelHistogram, FunnelQuestion } from '../../../contract.ts';

interface FunnelChartProps {
  question: FunnelQuestion;
  answer: FunnelAnswer;
}

/** Conversion by the interval of the first step; intervals whose people have time left are dimmed. */
export function FunnelTrend({ question, answer }: FunnelChartProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const [, setOpen] = useOpenCell();
  const { trend } = answer;
  const interval = question.trend;
  const option = useMemo(
    () =>
      trend && interval
        ? trendOption(trend, {
            format,
            names: trend.map((bucket) => bucketName(bucket, interval, format) + (bucket.mature ? '' : ` · ${t('funnel.running')}`)),
            colours: [seriesColours[mode][0] ?? '', palettes[mode].border],
            texts: [t('conversion'), t('enteredFirst')],
          })
        : undefined,
    [trend, interval, format, mode, t],
  );
  if (!trend || !option) return null;
  return (
    <Panel title={t('funnel.trendTitle')}>
      <Chart
        option={option}
        label={t('chartOf', { what: t('funnel.trendTitle') })}
        height={280}
        onPick={({ dataIndex, seriesIndex }) => {
          const bucket = trend[dataIndex];
          const step = seriesIndex === 1 ? 0 : question.steps.length - 1;
          if (bucket)
            setOpen({
              cell: { kind: 'funnel', step, outcome: 'reached', group: { kind: 'all' }, bucket: bucket.start },
              asOf: answer.asOf,
              title: bucketName(bucket, interval ?? 'day', format),
            });
        }}
      />
      <p style={{ color: 'var(--secondary)', fontSize: 12 }}>{t('definitions.funnel_trend')}</p>
    </Panel>
  );
}

interface TrendWords {
  format: Format;
  names: string[];
  colours: string[];
  texts: string[];
}

function trendOption(trend: readonly FunnelBucket[], words: TrendWords): EChartsCoreOption {
  const percent = (value: unknown) => (value === null || value === undefined ? '–' : words.format.percent(Number(value)));
  return {
    legend: {},
    xAxis: { type: 'category', data: words.names },
    yAxis: [
      { type: 'value', min: 0, axisLabel: { formatter: percent } },
      { type: 'value', minInterval: 1, splitLine: { show: false } },
    ],
    series: [
      {
        type: 'line',
        name: words.texts[0],
        z: 3,
        itemStyle: { color: words.colours[0] },
        data: trend.map((bucket) => ({ value: bucket.conversion, ...(!bucket.mature && { itemStyle: { opacity: 0.4 } }) })),
        tooltip: { valueFormatter: percent },
      },
      {
        type: 'bar',
        name: words.texts[1],
        yAxisIndex: 1,
        itemStyle: { color: words.colours[1] },
        data: trend.map((bucket) => bucket.people[0] ?? 0),
        tooltip: { valueFormatter: (value: unknown) => words.format.number(Number(value)) },
      },
    ],
  };
}

/** How long it took from one step to another. */
export function FunnelTimes({ question, answer }: FunnelChartProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const { histogram } = answer;
  const option = useMemo(
    () => (histogram ? histogramOption(histogram, { format, colour: seriesColours[mode][0] ?? '', name: t('people') }) : undefined),
    [histogram, format, mode, t],
  );
  if (!histogram || !option) return null;
  const title = t('funnel.histogramTitle', { from: question.histogram?.from ?? 1, to: question.histogram?.to ?? 2 });
  return (
    <Panel title={title}>
      {histogram.count === 0 ? <p>{t('funnel.noTimes')}</p> : <Chart option={option} label={t('chartOf', { what: title })} height={240} />}
    </Panel>
  );
}

function histogramOption(histogram: FunnelHistogram, words: { format: Format; colour: string; name: string }): EChartsCoreOption {
  const { format } = words;
  return {
    xAxis: {
      type: 'category',
      data: histogram.bins.map((bin) => `${format.duration(bin.fromMs)} – ${format.duration(bin.fromMs + histogram.widthMs)}`),
    },
    yAxis: { type: 'value', minInterval: 1 },
    series: [
      { type: 'bar', name: words.name, barCategoryGap: '4%', itemStyle: { color: words.colour }, data: histogram.bins.map((bin) => bin.count) },
    ],
  };
}
