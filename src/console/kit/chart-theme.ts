import { fontFamily, palettes, seriesColours } from '../theme/tokens.ts';
import type { Format } from './use-format.ts';

/** ECharts theme of a mode: faint grid, no axis ticks, short labels, our palette. */
export function chartTheme(mode: 'light' | 'dark', format: Format): object {
  const colours = palettes[mode];
  const axis = {
    axisLine: { lineStyle: { color: colours.hairline } },
    axisTick: { show: false },
    axisLabel: { color: colours.tertiary, fontSize: 12 },
    splitLine: { lineStyle: { color: colours.hairline, width: 1 } },
    nameTextStyle: { color: colours.tertiary },
  };
  return {
    color: seriesColours[mode],
    backgroundColor: 'transparent',
    textStyle: { fontFamily, color: colours.text },
    valueAxis: { ...axis, axisLine: { show: false }, axisLabel: { ...axis.axisLabel, formatter: (value: number) => format.compact(value) } },
    categoryAxis: { ...axis, splitLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    line: { symbol: 'circle', symbolSize: 5, showSymbol: false, lineStyle: { width: 2 }, emphasis: { focus: 'series' } },
    bar: { barMaxWidth: 28, itemStyle: { borderRadius: [3, 3, 0, 0] } },
    legend: { textStyle: { color: colours.secondary }, icon: 'roundRect', itemWidth: 10, itemHeight: 10, bottom: 0, type: 'plain' },
    tooltip: {
      backgroundColor: colours.surface,
      borderColor: colours.hairline,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: colours.text, fontSize: 12 },
      extraCssText: 'box-shadow: none; border-radius: 8px;',
      axisPointer: {
        lineStyle: { color: colours.border },
        crossStyle: { color: colours.border },
        shadowStyle: { color: colours.hover, opacity: 0.5 },
      },
    },
  };
}
