import type { EChartsCoreOption } from 'echarts/core';
import type { Format } from '../../../../../console/kit/use-format.ts';
import type { PathPlace, PathsAnswer } from '../answer.ts';
import type { PathsQuestion } from '../question.ts';

type Node = PathsAnswer['nodes'][number];
type Edge = PathsAnswer['edges'][number];

/** What the chart needs besides the answer, in the reader's words and colours. */
export interface SankeyWords {
  format: Format;
  colours: readonly string[];
  text: string;
  faint: string;
  left: string;
  name(place: PathPlace): string;
  /** "1,234 sessions", by the question's weight. */
  weight(count: number): string;
  time(ms: number): string;
  share(part: string): string;
}

/** Letters of a label that fit between two columns. */
const LABEL_MAX = 15;
/** Width of a column, so that labels have room; what is wider than the panel scrolls. */
const COLUMN_PX = 136;
const keyOf = (column: number, place: PathPlace) => `${column} ${JSON.stringify(place)}`;

/** A long path keeps its end, which says more than its beginning. */
export function shortened(name: string): string {
  return name.length <= LABEL_MAX ? name : `${name.slice(0, 3)}…${name.slice(-(LABEL_MAX - 4))}`;
}

/** How tall the chart must be for the labels of its fullest column. */
export function heightOf(answer: PathsAnswer): number {
  const perColumn = Map.groupBy(answer.nodes, (node) => node.column);
  const most = Math.max(1, ...[...perColumn.values()].map((nodes) => nodes.length));
  return Math.min(900, Math.max(320, most * 40 + 40));
}

/** How wide the chart must be for its columns. */
export function widthOf(answer: PathsAnswer): number {
  const columns = answer.nodes.map((node) => node.column);
  return (Math.max(0, ...columns) - Math.min(0, ...columns) + 1) * COLUMN_PX;
}

/** A Sankey diagram: columns are steps, edges the people who go from one to the next. */
export function sankeyOption(question: PathsQuestion, answer: PathsAnswer, words: SankeyWords): EChartsCoreOption {
  const weigh = (counts: { paths: number; people: number }) => (question.weight === 'people' ? counts.people : counts.paths);
  const first = Math.min(0, ...answer.nodes.map((node) => node.column));
  const last = Math.max(...answer.nodes.map((node) => node.column));
  const steps = [...new Set(answer.nodes.map((node) => words.name(node.place)))];
  const colour = (place: PathPlace) => {
    if (place.kind === 'exit' || place.kind === 'entry') return words.left;
    if (place.kind === 'more' || place.kind === 'between') return words.faint;
    return words.colours[steps.indexOf(words.name(place)) % words.colours.length];
  };
  const total = weigh(answer.total);
  return {
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: ({ dataType, data }: { dataType?: string; data: { node?: Node; edge?: Edge } }) =>
        dataType === 'edge' ? edgeText(data.edge, words, weigh, answer) : nodeText(data.node, words, weigh, total),
    },
    series: [
      {
        type: 'sankey',
        left: 4,
        right: last > first ? COLUMN_PX - 14 : 4,
        top: 8,
        bottom: 8,
        nodeGap: 18,
        nodeWidth: 10,
        nodeAlign: 'left',
        layoutIterations: 32,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        lineStyle: { color: 'source', opacity: 0.28, curveness: 0.5 },
        label: { color: words.text, fontSize: 12, textBorderWidth: 0, formatter: ({ data }: { data: { label_?: string } }) => data.label_ ?? '' },
        data: answer.nodes.map((node) => ({
          name: keyOf(node.column, node.place),
          depth: node.column - first,
          value: weigh(node),
          label_: `${shortened(words.name(node.place))} ${words.format.compact(weigh(node))}`,
          itemStyle: { color: colour(node.place), borderWidth: 0 },
          node,
        })),
        links: answer.edges.map((edge) => ({
          source: keyOf(edge.column, edge.from),
          target: keyOf(edge.column + 1, edge.to),
          value: weigh(edge),
          edge,
        })),
      },
    ],
  };
}

function nodeText(node: Node | undefined, words: SankeyWords, weigh: (counts: Node) => number, total: number): string {
  if (!node) return '';
  return `${escaped(words.name(node.place))}<br>${words.weight(weigh(node))} · ${words.share(words.format.percent(total === 0 ? 0 : weigh(node) / total))}`;
}

function edgeText(edge: Edge | undefined, words: SankeyWords, weigh: (counts: Edge) => number, answer: PathsAnswer): string {
  if (!edge) return '';
  const from = answer.nodes.find((node) => keyOf(node.column, node.place) === keyOf(edge.column, edge.from));
  const share = from ? ` · ${words.share(words.format.percent(weigh(edge) / Math.max(1, weigh(from as never))))}` : '';
  const time = edge.timeMs === null ? '' : `<br>${words.time(edge.timeMs)}`;
  return `${escaped(words.name(edge.from))} → ${escaped(words.name(edge.to))}<br>${words.weight(weigh(edge))}${share}${time}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
