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
import { palettes, seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { bucketName } from '../../../console/names.ts';
import { useOpenCell } from '../../../console/use-question.ts';
import { type LifecycleAnswer, type LifecycleBucket, type LifecycleCell, lifecycleStates } from '../answer.ts';
import type { LifecycleQuestion } from '../question.ts';

interface LifecycleResultProps {
  question: LifecycleQuestion;
  answer: LifecycleAnswer;
}

type State = LifecycleCell['state'];

/** Bars up for those who are there, down for those who fell asleep, and the table. */
export function LifecycleResult({ question, answer }: LifecycleResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const [, setOpen] = useOpenCell();
  const states = useMemo(() => lifecycleStates.filter((state) => state !== 'lost' || question.lostAfter !== undefined), [question.lostAfter]);
  const open = (bucket: LifecycleBucket, state: State) =>
    setOpen({
      cell: { kind: 'lifecycle', bucket: bucket.start, state },
      asOf: answer.asOf,
      title: `${t(`lifecycle.states.${state}`)} · ${bucketName(bucket, question.interval, format)}`,
    });
  const option = useLifecycleOption(question, answer, states);
  if (answer.buckets.every((bucket) => bucket.active === 0 && bucket.awakeBefore === 0)) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.trend')} sentence={t('empty.trendSentence')} />
      </Panel>
    );
  }
  const title = t('kinds.lifecycle.title');
  return (
    <>
      <Panel title={title} extra={<Definitions answer={answer} />}>
        <Figures>
          <Figure
            label={t('lifecycle.quickRatio')}
            value={answer.quickRatio === null ? undefined : format.number(answer.quickRatio, 2)}
            definition={t('lifecycle.quickRatioRule')}
          />
        </Figures>
        <Chart
          option={option}
          label={t('chartOf', { what: title })}
          height={360}
          onPick={({ seriesIndex, dataIndex }) => {
            const [bucket, state] = [answer.buckets[dataIndex], states[seriesIndex ?? -1]];
            if (bucket && state && bucket[state]) open(bucket, state);
          }}
        />
        <Freshness answer={answer} />
      </Panel>
      <LifecycleTable question={question} answer={answer} onOpen={open} />
    </>
  );
}

/** Bars of each state; the running interval is pale. */
function useLifecycleOption(
  question: LifecycleQuestion,
  answer: LifecycleAnswer,
  states: readonly (typeof lifecycleStates)[number][],
): EChartsCoreOption {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  return useMemo((): EChartsCoreOption => {
    const [first, second, third] = seriesColours[mode];
    const colours = { new: first, returning: second, resurrecting: third, dormant: palettes[mode].tertiary, lost: palettes[mode].danger };
    return {
      legend: { type: 'scroll' },
      grid: { left: 8, right: 16, top: 16, bottom: 56, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      xAxis: {
        type: 'category',
        data: answer.buckets.map((bucket) => bucketName(bucket, question.interval, format)),
        axisLine: { onZero: true },
        axisLabel: { hideOverlap: true },
      },
      yAxis: { type: 'value', axisLabel: { formatter: (value: number) => format.compact(Math.abs(value)) } },
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: (value: unknown) => format.number(Math.abs(Number(value))) },
      series: states.map((state) => ({
        type: 'bar',
        stack: state === 'lost' ? 'lost' : 'people',
        name: t(`lifecycle.states.${state}`),
        itemStyle: { color: colours[state] },
        barMaxWidth: 40,
        data: answer.buckets.map((bucket) => {
          const value = state === 'dormant' || state === 'lost' ? -(bucket[state] ?? 0) : bucket[state];
          return bucket.complete ? value : { value, itemStyle: { opacity: 0.5 } };
        }),
      })),
    };
  }, [answer, question.interval, states, format, mode, t]);
}

function LifecycleTable({ question, answer, onOpen }: LifecycleResultProps & { onOpen(bucket: LifecycleBucket, state: State): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const nameOf = (bucket: LifecycleBucket) => bucketName(bucket, question.interval, format);
  const columnOf = (state: State): Column<LifecycleBucket> => {
    const title = t(`lifecycle.states.${state}`);
    return {
      key: state,
      title,
      align: 'right',
      value: (bucket) => bucket[state],
      render: (bucket) => (
        <NumberButton value={bucket[state]} label={`${title}, ${nameOf(bucket)}: ${bucket[state]}`} onOpen={() => onOpen(bucket, state)}>
          {format.number(bucket[state] ?? 0)}
        </NumberButton>
      ),
    };
  };
  const shown: State[] = ['active', 'new', 'returning', 'resurrecting', 'dormant', ...(question.lostAfter === undefined ? [] : (['lost'] as const))];
  const columns: Column<LifecycleBucket>[] = [
    {
      key: 'bucket',
      title: t(`intervals.${question.interval}`),
      value: (bucket) => bucket.label,
      render: (bucket) => (bucket.complete ? nameOf(bucket) : t('running', { name: nameOf(bucket) })),
    },
    ...shown.map(columnOf),
    {
      key: 'net',
      title: t('lifecycle.net'),
      align: 'right',
      value: (bucket) => bucket.new + bucket.resurrecting - bucket.dormant,
      // Of the running interval everybody who has not come yet counts as asleep: a sum of that says nothing.
      render: (bucket) => (bucket.complete ? format.number(bucket.new + bucket.resurrecting - bucket.dormant) : '–'),
    },
  ];
  return (
    <Panel isFlush>
      <QueryTable
        id="insights-lifecycle"
        columns={columns}
        rows={answer.buckets}
        rowKey={(bucket) => bucket.label}
        exportName={`lifecycle-${question.interval}`}
        sortAtFirst="-bucket"
        empty={null}
      />
    </Panel>
  );
}
