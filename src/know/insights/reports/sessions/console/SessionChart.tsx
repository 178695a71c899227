import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { bucketName } from '../../../console/names.ts';
import { trendOption } from '../../../console/trend-chart.ts';
import type { TrendAnswer } from '../../../contract.ts';
import type { SessionsAnswer } from '../answer.ts';
import type { SessionsQuestion } from '../question.ts';
import { type FigureKey, figureOf, writeFigure } from './measures.ts';
import type { OpenSessions } from './use-open-sessions.ts';

interface SessionChartProps {
  question: SessionsQuestion;
  answer: SessionsAnswer;
  figure: FigureKey;
  onOpen: OpenSessions;
  height?: number;
}

/** One figure over time; the period before as a thin line. */
export function SessionChart({ question, answer, figure, onOpen, height = 280 }: SessionChartProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const name = t(`sessions.figures.${figure}`);
  const option = useMemo(() => {
    const drawn: TrendAnswer = {
      ...answer,
      kind: 'trend',
      series: [
        {
          group: { kind: 'all' },
          values: answer.series.map((measures) => figureOf(figure, measures)),
          total: null,
          ...(answer.previousSeries && { previousValues: answer.previousSeries.map((measures) => figureOf(figure, measures)) }),
        },
      ],
      total: null,
      truncated: false,
    };
    const option = trendOption(drawn, {
      buckets: answer.buckets.map((bucket) => bucketName(bucket, question.interval, format)),
      previousBuckets: (answer.previousBuckets ?? []).map((bucket) => bucketName(bucket, question.interval, format)),
      series: [name],
      previous: t('previous'),
      total: t('total'),
      colours: seriesColours[mode],
      write: (value) => writeFigure(figure, value, format),
      isAdditive: false,
    });
    return { ...option, yAxis: { type: 'value', axisLabel: { formatter: (value: number) => axisText(figure, value, format) } } };
  }, [answer, question.interval, figure, format, mode, name, t]);
  return (
    <Chart
      option={option}
      label={t('chartOf', { what: name })}
      height={height}
      onPick={({ dataIndex }) => {
        const bucket = answer.buckets[dataIndex];
        if (bucket) onOpen({ bucket: bucket.start }, `${name} · ${bucketName(bucket, question.interval, format)}`);
      }}
    />
  );
}

function axisText(figure: FigureKey, value: number, format: Parameters<typeof writeFigure>[2]): string {
  if (figure === 'bounceRate' || figure === 'engagedRate') return format.percent(value, 0);
  return figure === 'duration' ? format.duration(value) : format.compact(value);
}
