import { useTranslation } from 'react-i18next';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import type { Column } from '../../../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { NumberButton } from '../../../console/NumberButton.tsx';
import type { PathPlace, PathsAnswer } from '../answer.ts';

type Edge = PathsAnswer['edges'][number];

interface PathsTableProps {
  answer: PathsAnswer;
  name(place: PathPlace): string;
  onOpen(edge: Edge): void;
}

/** A row an edge. */
export function PathsTable({ answer, name, onOpen }: PathsTableProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const columns: Column<Edge>[] = [
    { key: 'step', title: t('stepTitle'), value: (edge) => edge.column + 1, render: (edge) => edge.column + 1 },
    { key: 'from', title: t('paths.from'), value: (edge) => name(edge.from), render: (edge) => name(edge.from) },
    { key: 'to', title: t('paths.to'), value: (edge) => name(edge.to), render: (edge) => name(edge.to) },
    { key: 'paths', title: t('paths.count'), align: 'right', value: (edge) => edge.paths, render: (edge) => format.number(edge.paths) },
    {
      key: 'people',
      title: t('people'),
      align: 'right',
      value: (edge) => edge.people,
      render: (edge) => (
        <NumberButton value={edge.people} label={`${name(edge.from)} → ${name(edge.to)}: ${edge.people}`} onOpen={() => onOpen(edge)}>
          {format.number(edge.people)}
        </NumberButton>
      ),
    },
    {
      key: 'time',
      title: t('paths.timeTitle'),
      align: 'right',
      value: (edge) => edge.timeMs,
      render: (edge) => (edge.timeMs === null ? '–' : format.duration(edge.timeMs)),
    },
  ];
  return (
    <Panel isFlush>
      <QueryTable
        id="insights-paths"
        columns={columns}
        rows={answer.edges}
        rowKey={({ column, from, to }) => JSON.stringify([column, from, to])}
        exportName="paths"
        empty={null}
      />
    </Panel>
  );
}
