import type { EChartsCoreOption } from 'echarts/core';
import type { Series, TrendAnswer } from '../contract.ts';

/** What the chart needs besides the answer, in the reader's words. */
export interface TrendWords {
  /** Names of the buckets, in their order. */
  buckets: readonly string[];
  previousBuckets: readonly string[];
  series: readonly string[];
  previous: string;
  total: string;
  colours: readonly string[];
  write(value: number): string;
  /** True: the series add up to a total (events, sums). */
  isAdditive: boolean;
}

/** Values where `keep` says so, `-` (nothing) elsewhere: that is how ECharts leaves a gap. */
function part(values: readonly (number | null)[], keep: (index: number) => boolean): (number | '-')[] {
  return values.map((value, index) => (keep(index) && value !== null ? value : '-'));
}

/** Lines, the running interval dashed, the period before thinner and of the same hue. */
export function trendOption(answer: TrendAnswer, words: TrendWords): EChartsCoreOption {
  const firstOpen = answer.buckets.findIndex((bucket) => !bucket.complete);
  const open = firstOpen < 0 ? answer.buckets.length : firstOpen;
  const isShort = answer.buckets.length <= 2;
  const lines = answer.series.flatMap((series, index) =>
    linesOf(series, { name: words.series[index] ?? '', colour: colourOf(words, index), open, isShort }),
  );
  return {
    grid: {
      left: 8,
      right: 16,
      top: 16,
      bottom: answer.series.length > 1 ? 56 : 24,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    legend: { show: answer.series.length > 1, data: [...words.series], type: 'scroll' },
    tooltip: { trigger: 'axis', formatter: (points: { dataIndex: number }[]) => tooltipOf(answer, words, points[0]?.dataIndex ?? 0) },
    xAxis: { type: 'category', data: [...words.buckets], boundaryGap: isShort },
    yAxis: { type: 'value', minInterval: words.isAdditive ? 0 : 1 },
    series: lines,
  };
}

export function colourOf(words: Pick<TrendWords, 'colours'>, index: number): string {
  return words.colours[index % words.colours.length] ?? '#1F6F54';
}

function linesOf(series: Series, look: { name: string; colour: string; open: number; isShort: boolean }): object[] {
  const { name, colour, open, isShort } = look;
  const base = { type: 'line', name, itemStyle: { color: colour }, showSymbol: isShort, symbolSize: 6 };
  const lines: object[] = [{ ...base, data: part(series.values, (index) => index < open), lineStyle: { width: 2, color: colour } }];
  if (open < series.values.length) {
    lines.push({
      ...base,
      data: part(series.values, (index) => index >= open - 1),
      lineStyle: { width: 2, color: colour, type: 'dashed' },
      showSymbol: open === 0 || isShort,
    });
  }
  if (series.previousValues) {
    lines.push({
      ...base,
      silent: true,
      data: part(series.previousValues, () => true),
      lineStyle: { width: 1, color: colour, opacity: 0.55 },
      symbol: 'none',
      z: 1,
    });
  }
  return lines;
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeText = (text: string) => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter);

function tooltipOf(answer: TrendAnswer, words: TrendWords, index: number): string {
  const row = (colour: string, name: string, value: number | null | undefined) =>
    `<div style="display:flex;gap:16px;justify-content:space-between"><span><span style="display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:6px;background:${colour}"></span>${escapeText(name)}</span><b>${value === null || value === undefined ? '–' : escapeText(words.write(value))}</b></div>`;
  const rows = answer.series.map((series, place) => row(colourOf(words, place), words.series[place] ?? '', series.values[index]));
  const total = answer.series.reduce((sum, series) => sum + (series.values[index] ?? 0), 0);
  if (words.isAdditive && answer.series.length > 1) rows.push(row('transparent', words.total, total));
  const before = answer.series.flatMap((series, place) =>
    series.previousValues
      ? [row(colourOf(words, place), answer.series.length > 1 ? (words.series[place] ?? '') : words.previous, series.previousValues[index])]
      : [],
  );
  const beforeTitle = before.length > 0 ? [`<div style="margin-top:6px;opacity:.7">${escapeText(words.previousBuckets[index] ?? '')}</div>`] : [];
  return [`<div style="opacity:.7">${escapeText(words.buckets[index] ?? '')}</div>`, ...rows, ...beforeTitle, ...before].join('');
}
