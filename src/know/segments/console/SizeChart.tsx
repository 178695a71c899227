import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import type { WholeSegment } from './whole-segment.ts';

const DAY_MS = 86_400_000;

/** Members at the end of each day since the segment exists, today still running; who came and went stands in the tooltip. */
export function SizeChart({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const mode = useMode();
  const { history, createdAt } = segment;
  const option = useMemo(() => {
    const days = history.filter(({ day }) => Date.parse(`${day}T00:00:00Z`) + 2 * DAY_MS > createdAt);
    const [accent] = seriesColours[mode];
    const isShort = days.length <= 2;
    const last = days.length - 1;
    const line = { type: 'line', color: accent, showSymbol: isShort, symbolSize: 6 };
    return {
      grid: { left: 8, right: 16, top: 16, bottom: 24, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: { type: 'category', data: days.map(({ day }) => format.day(day)), boundaryGap: isShort },
      yAxis: { type: 'value', minInterval: 1, scale: true },
      tooltip: {
        trigger: 'axis',
        formatter: (points: { dataIndex: number }[]) => {
          const day = days[points[0]?.dataIndex ?? 0];
          if (!day) return '';
          const flow = t('chart.flow', { entered: format.number(day.entered), left: format.number(day.left) });
          return `<div style="opacity:.7">${format.day(day.day)}</div><b>${t('chart.members', { number: format.number(day.size) })}</b><div>${flow}</div>`;
        },
      },
      series: [
        { ...line, name: 'closed', data: days.map(({ size }, index) => (index < last || last === 0 ? size : '-')), areaStyle: { opacity: 0.06 } },
        { ...line, name: 'running', data: days.map(({ size }, index) => (index >= last - 1 ? size : '-')), lineStyle: { type: 'dashed' } },
      ],
    };
  }, [history, createdAt, format, mode, t]);
  if (segment.rebuiltAt === undefined && segment.isComputing) return <EmptyState drawing="chart" isSmall title={t('computingNow')} />;
  return <Chart option={option} label={t('chart.label', { name: segment.name })} height={240} />;
}
