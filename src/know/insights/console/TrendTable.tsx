import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { Series, TrendAnswer, TrendQuestion } from '../contract.ts';
import { NumberButton } from './NumberButton.tsx';
import { bucketName, writeValue } from './names.ts';

interface Row {
  place: number;
  name: string;
  label: string;
  isComplete: boolean;
}

interface TrendTableProps {
  question: TrendQuestion;
  answer: TrendAnswer;
  /** Of the series, in their order. */
  names: readonly string[];
  onOpen(series: Series, place: number): void;
}

/** A row a bucket, a column a line. */
export function TrendTable(props: TrendTableProps) {
  const { question, answer, names } = props;
  const { t } = useTranslation('insights');
  const format = useFormat();
  const rows = answer.buckets.map(
    (bucket, place): Row => ({ place, name: bucketName(bucket, question.interval, format), label: bucket.label, isComplete: bucket.complete }),
  );
  const columnsOf = useSeriesColumns(props);
  const columns: Column<Row>[] = [
    {
      key: 'bucket',
      title: t(`intervals.${question.interval}`),
      value: (row) => row.label,
      render: (row) => (row.isComplete ? row.name : t('running', { name: row.name })),
    },
    ...answer.series.flatMap((series, index) => columnsOf(series, index, names[index] ?? '')),
  ];
  return (
    <Panel isFlush>
      <QueryTable
        id="insights-trend"
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.place}`}
        exportName={`trend-${question.interval}`}
        empty={null}
      />
    </Panel>
  );
}

/** The columns of one line: its values, and with a comparison those of the period before. */
function useSeriesColumns({ question, onOpen }: TrendTableProps): (series: Series, index: number, name: string) => Column<Row>[] {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const write = (value: number | null | undefined) => (value === null || value === undefined ? '–' : writeValue(value, question, format));
  return (series, index, name) => {
    const { values, previousValues } = series;
    const render = (row: Row) => {
      const value = values[row.place] ?? null;
      return (
        <NumberButton value={value} label={`${name}, ${row.name}: ${write(value)}`} onOpen={() => onOpen(series, row.place)}>
          {write(value)}
        </NumberButton>
      );
    };
    const own: Column<Row> = { key: `s${index}`, title: name, align: 'right', value: (row) => values[row.place] ?? null, render };
    if (!previousValues) return [own];
    const previous: Column<Row> = {
      key: `p${index}`,
      title: t('previousOf', { name }),
      align: 'right',
      value: (row) => previousValues[row.place] ?? null,
      render: (row) => write(previousValues[row.place]),
    };
    return [own, previous];
  };
}
