import type { EChartsCoreOption } from 'echarts/core';
import type { Format } from '../../../../../console/kit/use-format.ts';
import type { FunnelAnswer, Group } from '../../../contract.ts';

/** What the chart needs besides the answer, in the reader's words and colours. */
export interface FunnelWords {
  format: Format;
  colours: readonly string[];
  lost: string;
  /** Names of the steps. */
  steps: readonly string[];
  name(group: Group): string;
  droppedOff: string;
  people: string;
}

/** One funnel: people, with those who left in grey above. Several: shares of the first step side by side. */
export function funnelOption(answer: FunnelAnswer, words: FunnelWords): EChartsCoreOption {
  const { format } = words;
  const groups = answer.groups.slice(1);
  const base = {
    xAxis: {
      type: 'category',
      data: [...words.steps],
      axisLabel: { interval: 0, hideOverlap: true, overflow: 'truncate', width: words.steps.length > 6 ? 64 : 96 },
    },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
  };
  if (groups.length > 0) {
    return {
      ...base,
      grid: { left: 8, right: 16, top: 24, bottom: 56, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { type: 'scroll' },
      yAxis: { type: 'value', max: 1, axisLabel: { formatter: (value: number) => format.percent(value, 0) } },
      series: groups.map(({ group, steps }, index) => ({
        type: 'bar',
        name: words.name(group),
        itemStyle: { color: words.colours[index % words.colours.length] },
        data: steps.map((step) => step.fromFirst ?? 0),
        tooltip: { valueFormatter: (value: unknown) => format.percent(Number(value)) },
      })),
    };
  }
  const steps = answer.groups[0]?.steps ?? [];
  const valueFormatter = (value: unknown) => format.number(Number(value));
  return {
    ...base,
    grid: { left: 8, right: 16, top: 32, bottom: 24, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    yAxis: { type: 'value', minInterval: 1 },
    series: [
      {
        type: 'bar',
        name: words.people,
        stack: 'people',
        barMaxWidth: 72,
        itemStyle: { color: words.colours[0], borderRadius: 0 },
        label: {
          show: true,
          position: 'insideBottom',
          color: '#fff',
          formatter: (point: { dataIndex: number }) => format.percent(steps[point.dataIndex]?.fromFirst ?? 0),
        },
        data: steps.map((step) => step.people),
        tooltip: { valueFormatter },
      },
      {
        type: 'bar',
        name: words.droppedOff,
        stack: 'people',
        barMaxWidth: 72,
        itemStyle: { color: words.lost },
        data: steps.map((step) => step.droppedOff),
        tooltip: { valueFormatter },
      },
    ],
  };
}
