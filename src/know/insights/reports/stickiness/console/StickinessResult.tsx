import { Alert } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { Figure, Figures } from '../../../../../console/kit/Figure.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import type { Column } from '../../../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { useOpenCell } from '../../../console/use-question.ts';
import type { StickinessAnswer, StickinessBin } from '../answer.ts';
import type { StickinessQuestion } from '../question.ts';

interface StickinessResultProps {
  question: StickinessQuestion;
  answer: StickinessAnswer;
}

type Reach = StickinessQuestion['view'];

/** A bar a number of intervals, and the table with both figures. */
export function StickinessResult({ question, answer }: StickinessResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const [, setOpen] = useOpenCell();
  const { view, interval } = question;
  const open = (bin: StickinessBin, reach: Reach) =>
    setOpen({
      cell: { kind: 'stickiness', count: bin.count, reach },
      asOf: answer.asOf,
      title: t(`stickiness.reached.${reach}`, { intervals: t(`stickiness.counts.${interval}`, { count: bin.count }) }),
    });
  const option = useHistogram(question, answer);
  if (answer.people === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.trend')} sentence={t('empty.trendSentence')} />
      </Panel>
    );
  }
  const title = t('kinds.stickiness.title');
  const first = answer.bins[0];
  return (
    <>
      <Panel title={title} extra={<Definitions answer={answer} />}>
        <Figures>
          <Figure
            label={t('stickiness.people')}
            value={
              first && (
                <NumberButton value={answer.people} label={`${t('stickiness.people')}: ${answer.people}`} onOpen={() => open(first, 'atLeast')}>
                  {format.number(answer.people)}
                </NumberButton>
              )
            }
          />
          <Figure label={t(`stickiness.mean.${interval}`)} value={answer.mean === null ? undefined : format.number(answer.mean, 2)} />
        </Figures>
        {answer.mature ? null : <Alert type="info" showIcon title={t('stickiness.notMature')} style={{ marginBottom: 12 }} />}
        <Chart
          option={option}
          label={t('chartOf', { what: title })}
          height={340}
          onPick={({ dataIndex }) => {
            const bin = answer.bins[dataIndex];
            if (bin) open(bin, view);
          }}
        />
        <Freshness answer={answer} />
      </Panel>
      <StickinessTable question={question} answer={answer} onOpen={open} />
    </>
  );
}

/** A bar a number of intervals. */
function useHistogram({ view, interval }: StickinessQuestion, answer: StickinessAnswer): EChartsCoreOption {
  const { t } = useTranslation('insights');
  const format = useFormat();
  return useMemo((): EChartsCoreOption => {
    const peopleOf = (bin: StickinessBin) => (view === 'exactly' ? bin.people : bin.atLeast);
    const shareOf = (bin: StickinessBin) => (view === 'exactly' ? bin.share : bin.atLeastShare);
    return {
      grid: { left: 8, right: 16, top: 24, bottom: 24, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'category',
        data: answer.bins.map((bin) => t(`stickiness.counts.${interval}`, { count: bin.count })),
        axisLabel: { hideOverlap: true },
      },
      yAxis: { type: 'value', minInterval: 1, axisLabel: { formatter: (value: number) => format.compact(value) } },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        valueFormatter: (_: unknown, index: number) => {
          const bin = answer.bins[index];
          return bin ? `${format.number(peopleOf(bin))} · ${format.percent(shareOf(bin) ?? 0)}` : '–';
        },
      },
      series: [{ type: 'bar', name: t(`stickiness.views.${view}`), barMaxWidth: 40, data: answer.bins.map(peopleOf) }],
    };
  }, [answer, view, interval, format, t]);
}

function StickinessTable({ question, answer, onOpen }: StickinessResultProps & { onOpen(bin: StickinessBin, reach: Reach): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const nameOf = (bin: StickinessBin) => t(`stickiness.counts.${question.interval}`, { count: bin.count });
  const peopleColumn = (reach: Reach): Column<StickinessBin> => {
    const title = t(`stickiness.views.${reach}`);
    const read = (bin: StickinessBin) => (reach === 'exactly' ? bin.people : bin.atLeast);
    return {
      key: reach,
      title,
      align: 'right',
      value: read,
      render: (bin) => (
        <NumberButton value={read(bin)} label={`${title}, ${nameOf(bin)}: ${read(bin)}`} onOpen={() => onOpen(bin, reach)}>
          {format.number(read(bin))}
        </NumberButton>
      ),
    };
  };
  const shareColumn = (reach: Reach): Column<StickinessBin> => {
    const shareOf = (bin: StickinessBin) => (reach === 'exactly' ? bin.share : bin.atLeastShare);
    return {
      key: `${reach}-share`,
      title: t('stickiness.share'),
      align: 'right',
      value: shareOf,
      render: (bin) => format.percent(shareOf(bin) ?? 0),
    };
  };
  const columns: Column<StickinessBin>[] = [
    { key: 'count', title: t('stickiness.count'), value: (bin) => bin.count, render: nameOf },
    peopleColumn('exactly'),
    shareColumn('exactly'),
    peopleColumn('atLeast'),
    shareColumn('atLeast'),
  ];
  return (
    <Panel isFlush>
      <QueryTable
        id="insights-stickiness"
        columns={columns}
        rows={answer.bins}
        rowKey={(bin) => String(bin.count)}
        exportName={`stickiness-${question.interval}`}
        sortAtFirst="count"
        empty={null}
      />
    </Panel>
  );
}
