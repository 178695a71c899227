import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProject } from '../../../console/kit/use-project.ts';
import { seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import type { QualityMeasure } from '../contract.ts';
import type { QualityAnswer } from './quality-answer.ts';

const fates: readonly QualityMeasure[] = ['accepted', 'duplicate', 'refused', 'quarantined', 'blocked', 'bot_dropped'];

/** What became of the messages, stacked by hour or day. A fate that nothing met is left out. */
export function FateChart({ series, unit }: { series: QualityAnswer['series']; unit: 'hour' | 'day' }) {
  const { t } = useTranslation('enrichment');
  const format = useFormat();
  const mode = useMode();
  const { timeZone } = useProject();
  const option = useMemo(() => {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const name = (at: string): string => (unit === 'hour' ? format.time(at, timeZone).slice(-5) : format.day(day.format(new Date(at))));
    const shown = fates.filter((measure) => measure === 'accepted' || series.some(({ counts }) => counts[measure]));
    return {
      legend: { bottom: 0 },
      xAxis: { type: 'category', data: series.map(({ at }) => name(at)) },
      yAxis: { type: 'value', minInterval: 1 },
      series: shown.map((measure) => ({
        type: 'bar',
        stack: 'fate',
        barMaxWidth: 40,
        color: seriesColours[mode][fates.indexOf(measure)],
        name: t(`quality.measures.${measure}`),
        data: series.map(({ counts }) => counts[measure] ?? 0),
      })),
    };
  }, [series, unit, timeZone, format, mode, t]);
  return <Chart option={option} label={t('quality.chartLabel')} height={260} />;
}
