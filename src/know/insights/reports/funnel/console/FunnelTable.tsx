import { useTranslation } from 'react-i18next';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import type { Column } from '../../../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { groupName } from '../../../console/names.ts';
import type { FunnelAnswer, FunnelGroup, FunnelQuestion, FunnelStepAnswer, Group } from '../../../contract.ts';
import type { OpenStep } from './use-open-step.ts';
import { useStepName } from './use-step-name.ts';

interface FunnelTableProps {
  question: FunnelQuestion;
  answer: FunnelAnswer;
  onOpen: OpenStep;
}

interface Row {
  key: string;
  group: Group;
  groupName: string;
  place: number;
  name: string;
  step: FunnelStepAnswer;
  against: FunnelGroup['against'];
}

/** Below it a difference counts as more than chance. */
const SIGNIFICANT = 0.05;

/** A row a step (and a group), with shares, losses and times. */
export function FunnelTable({ question, answer, onOpen }: FunnelTableProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const further = useFurtherColumns({ question, answer, onOpen });
  const nameOf = useStepName(question);
  const rows = answer.groups.flatMap(({ group, steps, against }, groupIndex) =>
    steps.map(
      (step, place): Row => ({
        key: `${groupIndex}-${place}`,
        group,
        groupName: groupName(group, t),
        place,
        name: `${place + 1}  ${nameOf(place)}`,
        step,
        against,
      }),
    ),
  );
  const share = (value: number | null) => (value === null ? '–' : format.percent(value));
  const people = (row: Row, outcome: 'reached' | 'droppedOff') => <PeopleNumber row={row} outcome={outcome} onOpen={onOpen} />;
  const rate = (key: 'fromPrevious' | 'fromFirst'): Column<Row> => ({
    key,
    title: t(key),
    align: 'right',
    value: (row) => row.step[key],
    render: (row) => share(row.step[key]),
  });
  const lost = (row: Row) => (row.place === 0 || row.step.skipped !== undefined ? '–' : people(row, 'droppedOff'));
  const group: Column<Row> = { key: 'group', title: t('group'), value: (row) => row.groupName, render: (row) => row.groupName };
  const columns: Column<Row>[] = [
    ...(answer.groups.length > 1 ? [group] : []),
    { key: 'step', title: t('stepTitle'), value: (row) => row.name, render: (row) => row.name },
    {
      key: 'people',
      title: t(`funnel.countTitles.${question.count ?? 'users'}`),
      align: 'right',
      value: (row) => row.step.people,
      render: (row) => people(row, 'reached'),
    },
    rate('fromPrevious'),
    rate('fromFirst'),
    { key: 'interval', title: t('interval95'), align: 'right', render: (row) => `${share(row.step.low)} – ${share(row.step.high)}` },
    { key: 'droppedOff', title: t('droppedOff'), align: 'right', value: (row) => row.step.droppedOff, render: lost },
    ...further,
  ];
  return (
    <Panel isFlush>
      <QueryTable id="insights-funnel" columns={columns} rows={rows} rowKey={(row) => row.key} exportName="funnel" empty={null} />
    </Panel>
  );
}

function PeopleNumber({ row, outcome, onOpen }: { row: Row; outcome: 'reached' | 'droppedOff' | 'skipped'; onOpen: OpenStep }) {
  const format = useFormat();
  const value = { reached: row.step.people, droppedOff: row.step.droppedOff, skipped: row.step.skipped ?? 0 }[outcome];
  return (
    <NumberButton value={value} label={`${row.name}: ${value}`} onOpen={() => onOpen(row.group, row.place, outcome)}>
      {format.number(value)}
    </NumberButton>
  );
}

/** Columns of what was asked for besides counts. */
function useFurtherColumns({ question, answer, onOpen }: FunnelTableProps): Column<Row>[] {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const share = (value: number | null) => (value === null ? '–' : format.percent(value));
  const duration = (ms: number | null | undefined) => (ms === null || ms === undefined ? '–' : format.duration(ms));
  const time = (key: 'sincePrevious' | 'sinceFirst', part: 'mean' | 'median' | 'p75' | 'p90'): Column<Row> => ({
    key: `${key}-${part}`,
    title: t(`funnel.${key}`, { part: t(`funnel.parts.${part}`) }),
    align: 'right',
    value: (row) => row.step[key]?.[part] ?? null,
    render: (row) => duration(row.step[key]?.[part]),
  });
  const times = (['median', 'mean', 'p75', 'p90'] as const).flatMap((part) => [time('sincePrevious', part), time('sinceFirst', part)]);
  const skipped: Column<Row> = {
    key: 'skipped',
    title: t('funnel.skipped'),
    align: 'right',
    value: (row) => row.step.skipped ?? null,
    render: (row) => (row.step.skipped === undefined ? '–' : <PeopleNumber row={row} outcome="skipped" onOpen={onOpen} />),
  };
  const sum: Column<Row> = {
    key: 'sum',
    title: t('funnel.sumTitle', { property: question.sumOf }),
    align: 'right',
    value: (row) => row.step.sum ?? null,
    render: (row) => (row.step.sum === undefined ? '–' : format.number(row.step.sum, 2)),
  };
  const before: Column<Row> = {
    key: 'before',
    title: t('previous'),
    align: 'right',
    value: (row) => beforeOf(row)?.fromFirst ?? null,
    render: (row) => share(beforeOf(row)?.fromFirst ?? null),
  };
  const beforeOf = (row: Row) =>
    answer.previous?.groups.find(({ group }) => groupName(group, t) === row.groupName && group.kind === row.group.kind)?.steps[row.place];
  const against: Column<Row> = {
    key: 'against',
    title: t('funnel.against'),
    align: 'right',
    render: (row) => (row.place === question.steps.length - 1 && row.against ? describeAgainst(row.against) : '–'),
  };
  const describeAgainst = ({ difference, p }: NonNullable<Row['against']>) =>
    t(p < SIGNIFICANT ? 'funnel.significant' : 'funnel.notSignificant', {
      points: format.number(difference * 100, 1),
      p: p < 0.001 ? '< 0.001' : `= ${format.number(p, 3)}`,
    });
  return [
    ...(question.steps.some((step) => step.optional) ? [skipped] : []),
    ...(question.sumOf === undefined ? [] : [sum]),
    ...(answer.previous ? [before] : []),
    ...(answer.groups.some((one) => one.against) ? [against] : []),
    ...(question.times ? times : []),
  ];
}
