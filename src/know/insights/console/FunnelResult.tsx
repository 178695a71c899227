import { Alert } from 'antd';
import type { EChartsCoreOption } from 'echarts/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { type Format, useFormat } from '../../../console/kit/use-format.ts';
import { palettes, seriesColours } from '../../../console/theme/tokens.ts';
import { useMode } from '../../../console/theme/use-mode.ts';
import type { FunnelAnswer, FunnelQuestion, FunnelStepAnswer, Group } from '../contract.ts';
import { Definitions, Freshness } from './Definitions.tsx';
import { NumberButton } from './NumberButton.tsx';
import { groupName } from './names.ts';
import { useOpenCell } from './use-question.ts';

/** Below it a share says little. */
const PEOPLE_MIN = 30;

interface FunnelResultProps {
  question: FunnelQuestion;
  answer: FunnelAnswer;
}

/** Chart, conversion and the table of a funnel. */
export function FunnelResult({ question, answer }: FunnelResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const open = useOpenStep(question, answer);
  const all = answer.groups[0]?.steps ?? [];
  const shown = answer.groups.length > 1 ? answer.groups.slice(1) : answer.groups;
  const option = useMemo(
    () =>
      funnelOption(question, answer, {
        format,
        colours: seriesColours[mode],
        lost: palettes[mode].hairline,
        name: (group) => groupName(group, t),
        droppedOff: t('droppedOff'),
        people: t('people'),
      }),
    [question, answer, format, mode, t],
  );
  const entered = all[0]?.people ?? 0;
  if (entered === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.funnel')} sentence={t('empty.funnelSentence')} />
      </Panel>
    );
  }
  const last = all.at(-1);
  const rate = last?.fromFirst ?? null;
  const share = (value: number | null) => (value === null ? '–' : format.percent(value));
  return (
    <>
      <Panel title={t('conversion')} extra={<Definitions answer={answer} limit={question.breakdown?.limit ?? 0} />}>
        <Figures>
          <Figure label={t('overall')} value={share(rate)} note={last && t('intervalOf', { low: share(last.low), high: share(last.high) })} />
          <Figure
            label={t('enteredFirst')}
            value={
              <NumberButton value={entered} label={t('enteredFirst')} onOpen={() => open({ kind: 'all' }, 0, 'reached')}>
                {format.number(entered)}
              </NumberButton>
            }
          />
          <Figure
            label={t('reachedLast')}
            value={
              <NumberButton value={last?.people ?? 0} label={t('reachedLast')} onOpen={() => open({ kind: 'all' }, all.length - 1, 'reached')}>
                {format.number(last?.people ?? 0)}
              </NumberButton>
            }
          />
        </Figures>
        {answer.mature ? null : <Alert type="info" showIcon title={t('notMature')} style={{ marginTop: 12 }} />}
        {entered < PEOPLE_MIN ? (
          <Alert type="warning" showIcon title={t('tooFew', { count: entered, min: PEOPLE_MIN })} style={{ marginTop: 12 }} />
        ) : null}
        <Chart
          option={option}
          label={t('chartOf', { what: t('kinds.funnel.title') })}
          height={360}
          onPick={({ seriesIndex, dataIndex }) => {
            if (shown.length > 1) open(shown[seriesIndex ?? 0]?.group ?? { kind: 'all' }, dataIndex, 'reached');
            else open({ kind: 'all' }, dataIndex, seriesIndex === 1 && dataIndex > 0 ? 'droppedOff' : 'reached');
          }}
        />
        <Freshness answer={answer} />
      </Panel>
      <FunnelTable question={question} answer={answer} onOpen={open} />
    </>
  );
}

interface ChartWords {
  format: Format;
  colours: readonly string[];
  lost: string;
  name(group: Group): string;
  droppedOff: string;
  people: string;
}

/** One funnel: people, with those who left in grey above. Several: shares of the first step side by side. */
function funnelOption(question: FunnelQuestion, answer: FunnelAnswer, words: ChartWords): EChartsCoreOption {
  const { format } = words;
  const names = question.steps.map((step, index) => `${index + 1}  ${step.event}`);
  const groups = answer.groups.slice(1);
  const base = {
    xAxis: { type: 'category', data: names, axisLabel: { interval: 0, overflow: 'truncate', width: 120 } },
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

type OpenStep = (group: Group, step: number, outcome: 'reached' | 'droppedOff') => void;

function useOpenStep(question: FunnelQuestion, answer: FunnelAnswer): OpenStep {
  const { t } = useTranslation('insights');
  const [, setOpen] = useOpenCell();
  return (group, step, outcome) => {
    const name = question.steps[step]?.event ?? '';
    const title = t(outcome === 'reached' ? 'reachedStep' : 'droppedBefore', { number: step + 1, name });
    setOpen({
      cell: { kind: 'funnel', step, outcome, group },
      asOf: answer.asOf,
      title: group.kind === 'all' ? title : `${title} · ${groupName(group, t)}`,
    });
  };
}

interface Row {
  key: string;
  group: Group;
  groupName: string;
  place: number;
  name: string;
  step: FunnelStepAnswer;
}

function FunnelTable({ question, answer, onOpen }: FunnelResultProps & { onOpen: OpenStep }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const rows = answer.groups.flatMap(({ group, steps }, groupIndex) =>
    steps.map(
      (step, place): Row => ({
        key: `${groupIndex}-${place}`,
        group,
        groupName: groupName(group, t),
        place,
        name: `${place + 1}  ${question.steps[place]?.event ?? ''}`,
        step,
      }),
    ),
  );
  const share = (value: number | null) => (value === null ? '–' : format.percent(value));
  const people = (row: Row, outcome: 'reached' | 'droppedOff') => {
    const value = outcome === 'reached' ? row.step.people : row.step.droppedOff;
    return (
      <NumberButton value={value} label={`${row.name}: ${value}`} onOpen={() => onOpen(row.group, row.place, outcome)}>
        {format.number(value)}
      </NumberButton>
    );
  };
  const columns: Column<Row>[] = [
    ...(answer.groups.length > 1
      ? [{ key: 'group', title: t('group'), value: (row: Row) => row.groupName, render: (row: Row) => row.groupName }]
      : []),
    { key: 'step', title: t('stepTitle'), value: (row) => row.name, render: (row) => row.name },
    { key: 'people', title: t('people'), align: 'right', value: (row) => row.step.people, render: (row) => people(row, 'reached') },
    {
      key: 'fromPrevious',
      title: t('fromPrevious'),
      align: 'right',
      value: (row) => row.step.fromPrevious,
      render: (row) => share(row.step.fromPrevious),
    },
    { key: 'fromFirst', title: t('fromFirst'), align: 'right', value: (row) => row.step.fromFirst, render: (row) => share(row.step.fromFirst) },
    { key: 'interval', title: t('interval95'), align: 'right', render: (row) => `${share(row.step.low)} – ${share(row.step.high)}` },
    {
      key: 'droppedOff',
      title: t('droppedOff'),
      align: 'right',
      value: (row) => row.step.droppedOff,
      render: (row) => (row.place === 0 ? '–' : people(row, 'droppedOff')),
    },
    ...(question.times
      ? [
          {
            key: 'median',
            title: t('medianTime'),
            align: 'right' as const,
            value: (row: Row) => row.step.medianMs ?? null,
            render: (row: Row) => (row.step.medianMs === null || row.step.medianMs === undefined ? '–' : format.duration(row.step.medianMs)),
          },
        ]
      : []),
  ];
  return (
    <Panel isFlush>
      <QueryTable id="insights-funnel" columns={columns} rows={rows} rowKey={(row) => row.key} exportName="funnel" empty={null} />
    </Panel>
  );
}
