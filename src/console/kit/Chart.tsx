import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { useMode, useStillness } from '../theme/use-mode.ts';
import { chartTheme } from './chart-theme.ts';
import { useFormat } from './use-format.ts';

interface ChartProps {
  /** ECharts option; colours, axes, tooltip and legend look right without being told. Memoise it. */
  option: EChartsCoreOption;
  /** What the chart shows, for readers who do not see it: "Unique people by day, last 30 days". */
  label: string;
  height?: number;
  /** A point was clicked. */
  onPick?: (point: { seriesName?: string; seriesIndex?: number; dataIndex: number; name: string; value: unknown; data?: unknown }) => void;
}

const grid = { left: 8, right: 16, top: 16, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' };
const LEGEND_HEIGHT_PX = 32;

/** ECharts in the product's look; follows theme, language, size and the wish for no motion. The library is loaded with the first chart. */
export function Chart({ option, label, height = 280, onPick }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const mode = useMode();
  const isStill = useStillness();
  const format = useFormat();
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let chart: EChartsType | undefined;
    let isGone = false;
    const watcher = new ResizeObserver(() => chart?.resize());
    void import('./chart-engine.ts').then(({ init }) => {
      if (isGone) return;
      chart = init(element, chartTheme(mode, format));
      chart.setOption({
        animation: !isStill,
        animationDuration: 150,
        animationDurationUpdate: 150,
        grid: { ...grid, bottom: option['legend'] ? LEGEND_HEIGHT_PX : 8 },
        tooltip: { trigger: 'axis' },
        ...option,
      });
      chart.on('click', (event) => pick.current?.(event as never));
      watcher.observe(element);
    });
    return () => {
      isGone = true;
      watcher.disconnect();
      chart?.dispose();
    };
  }, [option, mode, isStill, format]);
  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%', cursor: onPick ? 'pointer' : undefined }} />;
}
