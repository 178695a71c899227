import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProject } from '../../../console/kit/use-project.ts';
import { seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import type { WholeSegment } from './whole-segment.ts';

/** Members at the end of each day since the segment exists, today still running; who came and went stands in the tooltip. */
export function SizeChart({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const mode = useMode();
  const { timeZone } = useProject();
  const { history, createdAt } = segment;
  const option = useMemo(() => {
    const created = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(createdAt);
    const days = history.filter(({ day }) => day >= created);
    if (days.length < 2) return undefined;
    const [accent] = seriesColours[mode];
    const isShort = days.length <= 3;
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
        { ...line, name: 'closed', data: days.map(({ size }, index) => (index < last ? size : '-')), areaStyle: { opacity: 0.06 } },
        { ...line, name: 'running', data: days.map(({ size }, index) => (index >= last - 1 ? size : '-')), lineStyle: { type: 'dashed' } },
      ],
    };
  }, [history, createdAt, timeZone, format, mode, t]);
  if (segment.rebuiltAt === undefined && segment.isComputing) return <EmptyState drawing="chart" isSmall title={t('computingNow')} />;
  if (!option) return <EmptyState drawing="chart" isSmall title={t('chart.firstDay')} />;
  return <Chart option={option} label={t('chart.label', { name: segment.name })} height={240} />;
}
