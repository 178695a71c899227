import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { palettes, seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import type { WholeEvent } from './whole-event.ts';

const SHOWN_DAYS = 30;

/** How many came on each day, and how many violations there were. */
export function VolumeChart({ whole }: { whole: WholeEvent }) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const mode = useMode();
  const { days, violationDays } = whole;
  const option = useMemo(() => {
    const shown = days.slice(-SHOWN_DAYS);
    const broken = violationDays.slice(-SHOWN_DAYS);
    if (shown.every((day) => day.count === 0) && broken.every((day) => day.count === 0)) return undefined;
    const [accent] = seriesColours[mode];
    return {
      grid: { left: 8, right: 16, top: 16, bottom: 32, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { bottom: 0 },
      xAxis: { type: 'category', data: shown.map(({ day }) => format.day(day)) },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        { type: 'bar', name: t('chart.events'), color: accent, data: shown.map(({ count }) => count), barMaxWidth: 18 },
        {
          type: 'line',
          name: t('chart.violations'),
          color: palettes[mode].warning,
          data: broken.map(({ count }) => count),
          symbol: 'circle',
          symbolSize: 5,
        },
      ],
    };
  }, [days, violationDays, format, mode, t]);
  if (!option) return <EmptyState drawing="chart" isSmall title={t('chart.nothing')} />;
  return <Chart option={option} label={t('chart.label', { event: whole.event })} height={240} />;
}
