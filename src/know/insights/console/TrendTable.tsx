import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { Bucket, Series, TrendAnswer, TrendQuestion } from '../contract.ts';
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
  onOpen(series: Series, bucket: Bucket | undefined): void;
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
        sortAtFirst="-bucket"
        empty={null}
      />
    </Panel>
  );
}

/** The columns of one line: its values, and with a comparison those of the period before. */
function useSeriesColumns({ question, answer, onOpen }: TrendTableProps): (series: Series, index: number, name: string) => Column<Row>[] {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const column = (
    key: string,
    title: string,
    line: { series: Series; values: readonly (number | null)[]; buckets: readonly Bucket[] },
  ): Column<Row> => ({
    key,
    title,
    align: 'right',
    value: (row) => line.values[row.place] ?? null,
    render: (row) => {
      const value = line.values[row.place] ?? null;
      const text = value === null ? '–' : writeValue(value, question, format);
      return (
        <NumberButton value={value} label={`${title}, ${row.name}: ${text}`} onOpen={() => onOpen(line.series, line.buckets[row.place])}>
          {text}
        </NumberButton>
      );
    },
  });
  return (series, index, name) => {
    const own = column(`s${index}`, name, { series, values: series.values, buckets: answer.buckets });
    if (!series.previousValues || !answer.previousBuckets) return [own];
    return [own, column(`p${index}`, t('previousOf', { name }), { series, values: series.previousValues, buckets: answer.previousBuckets })];
  };
}
