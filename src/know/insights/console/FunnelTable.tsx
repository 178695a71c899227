import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { FunnelAnswer, FunnelQuestion, FunnelStepAnswer, Group } from '../contract.ts';
import { NumberButton } from './NumberButton.tsx';
import { eventName, groupName } from './names.ts';
import type { OpenStep } from './use-open-step.ts';

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
}

/** A row a step (and a group), with shares, losses and times. */
export function FunnelTable({ question, answer, onOpen }: FunnelTableProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const rows = answer.groups.flatMap(({ group, steps }, groupIndex) =>
    steps.map(
      (step, place): Row => ({
        key: `${groupIndex}-${place}`,
        group,
        groupName: groupName(group, t),
        place,
        name: `${place + 1}  ${eventName(question.steps[place]?.event ?? '', t)}`,
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
  const rate = (key: 'fromPrevious' | 'fromFirst'): Column<Row> => ({
    key,
    title: t(key),
    align: 'right',
    value: (row) => row.step[key],
    render: (row) => share(row.step[key]),
  });
  const median: Column<Row> = {
    key: 'median',
    title: t('medianTime'),
    align: 'right',
    value: (row) => row.step.medianMs ?? null,
    render: ({ step: { medianMs } }) => (medianMs === null || medianMs === undefined ? '–' : format.duration(medianMs)),
  };
  const lost = (row: Row) => (row.place === 0 ? '–' : people(row, 'droppedOff'));
  const group: Column<Row> = { key: 'group', title: t('group'), value: (row) => row.groupName, render: (row) => row.groupName };
  const columns: Column<Row>[] = [
    ...(answer.groups.length > 1 ? [group] : []),
    { key: 'step', title: t('stepTitle'), value: (row) => row.name, render: (row) => row.name },
    { key: 'people', title: t('people'), align: 'right', value: (row) => row.step.people, render: (row) => people(row, 'reached') },
    rate('fromPrevious'),
    rate('fromFirst'),
    { key: 'interval', title: t('interval95'), align: 'right', render: (row) => `${share(row.step.low)} – ${share(row.step.high)}` },
    { key: 'droppedOff', title: t('droppedOff'), align: 'right', value: (row) => row.step.droppedOff, render: lost },
    ...(question.times ? [median] : []),
  ];
  return (
    <Panel isFlush>
      <QueryTable id="insights-funnel" columns={columns} rows={rows} rowKey={(row) => row.key} exportName="funnel" empty={null} />
    </Panel>
  );
}
