import type { EChartsCoreOption } from 'echarts/core';
import type { ShownTable } from './CohortTable.tsx';

/** What the chart needs besides the tables, in the reader's words. */
export interface RetentionWords {
  /** The column to follow over the cohorts; undefined: the mean curve. */
  column: number | undefined;
  columns: readonly string[];
  cohorts: readonly string[];
  colours: readonly string[];
  percent(rate: number, digits?: number): string;
}

/** A line a table: means by column, or one column by cohort with what still runs dashed. */
export function retentionOption(tables: readonly ShownTable[], words: RetentionWords): EChartsCoreOption {
  const { column } = words;
  const hasLegend = tables.length > 1;
  return {
    grid: { left: 8, right: 16, top: 16, bottom: hasLegend ? 56 : 24, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { show: hasLegend, type: 'scroll' },
    xAxis: {
      type: 'category',
      data: [...(column === undefined ? words.columns : words.cohorts)],
      boundaryGap: false,
      axisLabel: { hideOverlap: true },
    },
    yAxis: { type: 'value', min: 0, axisLabel: { formatter: (value: number) => words.percent(value, 0) } },
    tooltip: { trigger: 'axis', valueFormatter: (value: unknown) => (typeof value === 'number' ? words.percent(value) : '–') },
    series: tables.flatMap(({ name, table }, index) => {
      const colour = words.colours[index % words.colours.length];
      const line = {
        type: 'line',
        name,
        itemStyle: { color: colour },
        lineStyle: { color: colour, width: 2 },
        ...(hasLegend ? {} : { areaStyle: { opacity: 0.08 } }),
      };
      if (column === undefined) return [{ ...line, data: table.mean.map((rate) => rate ?? '-') }];
      const cells = table.cohorts.map((cohort) => cohort.cells[column]);
      const open = cells.findIndex((cell) => cell && !cell.mature);
      const mature = { ...line, data: cells.map((cell) => (cell?.mature ? (cell.rate ?? '-') : '-')) };
      if (open < 0) return [mature];
      const running = cells.map((cell, place) => (cell && place >= open - 1 ? (cell.rate ?? '-') : '-'));
      return [mature, { ...line, areaStyle: undefined, data: running, lineStyle: { color: colour, width: 2, type: 'dashed' } }];
    }),
  };
}
