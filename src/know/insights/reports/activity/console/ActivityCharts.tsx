import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { bucketName } from '../../../console/names.ts';
import type { ActivityAnswer, ActivityBucket, ActivityCell } from '../answer.ts';
import type { ActivityQuestion } from '../question.ts';

/** What every part of the answer's screen needs. */
export interface ActivityParts {
  answer: ActivityAnswer;
  interval: ActivityQuestion['interval'];
  /** What the figures are called in the reader's words. */
  names: Record<ActivityCell['figure'], string>;
  onOpen(figure: ActivityCell['figure'], bucket: ActivityBucket): void;
}

type Value = number | '-';
const grid = { left: 8, right: 16, top: 16, bottom: 56, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' };

/** Ended buckets as a line, the running one at its dashed end. */
function lineOf(
  buckets: readonly ActivityBucket[],
  name: string,
  colour: string | undefined,
  read: (bucket: ActivityBucket) => number | null,
): object[] {
  const firstOpen = buckets.findIndex((bucket) => !bucket.complete);
  const open = firstOpen < 0 ? buckets.length : firstOpen;
  const part = (keep: (index: number) => boolean): Value[] => buckets.map((bucket, index) => (keep(index) ? (read(bucket) ?? '-') : '-'));
  const base = { type: 'line', name, itemStyle: { color: colour }, showSymbol: buckets.length <= 2, symbolSize: 6 };
  const lines: object[] = [{ ...base, data: part((index) => index < open), lineStyle: { width: 2, color: colour } }];
  if (open < buckets.length)
    lines.push({ ...base, data: part((index) => index >= open - 1), lineStyle: { width: 2, color: colour, type: 'dashed' } });
  return lines;
}

/** A tooltip that names each line once, though its dashed end is a series of its own. */
function tooltipOf(write: (value: number) => string) {
  return (points: { seriesName: string; marker: string; value: Value; axisValueLabel: string }[]): string => {
    const rows = new Map(points.filter((point) => point.value !== '-').map((point) => [point.seriesName, point]));
    const lines = [...rows.values()].map(
      (point) =>
        `<div style="display:flex;gap:16px;justify-content:space-between"><span>${point.marker}${point.seriesName}</span><b>${write(Number(point.value))}</b></div>`,
    );
    return [`<div style="opacity:.7">${points[0]?.axisValueLabel ?? ''}</div>`, ...lines].join('');
  };
}

/** People of each interval; trailing also of the week and month that end with each day. */
export function ActiveChart({ answer, interval, names, onOpen }: ActivityParts) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const option = useMemo((): EChartsCoreOption => {
    const [first, second, third] = seriesColours[mode];
    const isTrailing = answer.buckets.some((bucket) => bucket.month !== null);
    return {
      grid,
      legend: { type: 'scroll' },
      xAxis: {
        type: 'category',
        data: answer.buckets.map((bucket) => bucketName(bucket, interval, format)),
        boundaryGap: answer.buckets.length <= 2,
      },
      yAxis: { type: 'value', minInterval: 1, axisLabel: { formatter: (value: number) => format.compact(value) } },
      tooltip: { trigger: 'axis', formatter: tooltipOf((value) => format.number(value)) },
      series: [
        ...lineOf(answer.buckets, names.active, first, (bucket) => bucket.active),
        ...(isTrailing
          ? [
              ...lineOf(answer.buckets, names.week, second, (bucket) => bucket.week),
              ...lineOf(answer.buckets, names.month, third, (bucket) => bucket.month),
            ]
          : []),
      ],
    };
  }, [answer, interval, names.active, names.week, names.month, format, mode]);
  const pick = ({ seriesName, dataIndex }: { seriesName?: string; dataIndex: number }) => {
    const bucket = answer.buckets[dataIndex];
    const figure = (['active', 'week', 'month'] as const).find((one) => names[one] === seriesName);
    if (bucket && figure) onOpen(figure, bucket);
  };
  return <Chart option={option} label={t('chartOf', { what: t('activityReport.activeTitle') })} height={320} onPick={pick} />;
}

/** DAU / MAU and DAU / WAU of each day. */
export function RatioChart({ answer }: { answer: ActivityAnswer }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const option = useMemo((): EChartsCoreOption => {
    const [, second, third] = seriesColours[mode];
    return {
      grid,
      legend: { type: 'scroll' },
      xAxis: { type: 'category', data: answer.buckets.map((bucket) => bucketName(bucket, 'day', format)), boundaryGap: answer.buckets.length <= 2 },
      yAxis: { type: 'value', min: 0, axisLabel: { formatter: (value: number) => format.percent(value, 0) } },
      tooltip: { trigger: 'axis', formatter: tooltipOf((value) => format.percent(value)) },
      series: [
        ...lineOf(answer.buckets, t('activityReport.perMonth'), third, (bucket) => bucket.perMonth),
        ...lineOf(answer.buckets, t('activityReport.perWeek'), second, (bucket) => bucket.perWeek),
      ],
    };
  }, [answer, format, mode, t]);
  return <Chart option={option} label={t('chartOf', { what: t('activityReport.ratioTitle') })} height={240} />;
}

/** New people of each interval, with those whom merging took away above. */
export function NewChart({ answer, interval, names, onOpen }: ActivityParts) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const option = useMemo((): EChartsCoreOption => {
    const [first, second] = seriesColours[mode];
    return {
      grid,
      legend: { type: 'scroll' },
      xAxis: { type: 'category', data: answer.buckets.map((bucket) => bucketName(bucket, interval, format)) },
      yAxis: { type: 'value', minInterval: 1, axisLabel: { formatter: (value: number) => format.compact(value) } },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: tooltipOf((value) => format.number(value)) },
      series: [
        { type: 'bar', name: names.new, itemStyle: { color: first }, barMaxWidth: 32, data: answer.buckets.map((bucket) => bucket.new) },
        {
          type: 'line',
          name: t('activityReport.newUnmerged'),
          itemStyle: { color: second },
          lineStyle: { color: second, width: 1.5 },
          symbol: 'none',
          data: answer.buckets.map((bucket) => bucket.newUnmerged),
        },
      ],
    };
  }, [answer, interval, names.new, format, mode, t]);
  const pick = ({ seriesName, dataIndex }: { seriesName?: string; dataIndex: number }) => {
    const bucket = answer.buckets[dataIndex];
    if (bucket && seriesName === names.new && bucket.new > 0) onOpen('new', bucket);
  };
  return <Chart option={option} label={t('chartOf', { what: t('activityReport.newTitle') })} height={260} onPick={pick} />;
}
