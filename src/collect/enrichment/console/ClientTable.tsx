import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { QualityMeasure } from '../contract.ts';
import type { QualityAnswer } from './quality-answer.ts';

type Client = QualityAnswer['clients'][number];

const shown: readonly QualityMeasure[] = [
  'received',
  'accepted',
  'duplicate',
  'refused',
  'late',
  'skewed',
  'bot_marked',
  'bot_dropped',
  'currency_unknown',
];
const shownAtFirst: ReadonlySet<QualityMeasure> = new Set(['received', 'accepted', 'duplicate', 'refused', 'late', 'skewed']);

/** The same counts by client library. */
export function ClientTable({ clients }: { clients: readonly Client[] }) {
  const { t } = useTranslation('enrichment');
  const format = useFormat();
  const columns = useMemo(
    (): Column<Client>[] => [
      { key: 'client', title: t('quality.client'), value: (row) => row.client, render: (row) => row.client },
      ...shown.map(
        (measure): Column<Client> => ({
          key: measure,
          title: t(`quality.measures.${measure}`),
          align: 'right',
          widthPx: 110,
          isShown: shownAtFirst.has(measure),
          value: (row) => row.counts[measure] ?? 0,
          render: (row) => format.number(row.counts[measure] ?? 0),
        }),
      ),
    ],
    [t, format],
  );
  return (
    <QueryTable
      id="quality-clients"
      columns={columns}
      rows={clients}
      rowKey={(row) => row.client}
      sortAtFirst="-received"
      exportName="data-quality-clients"
      empty={<EmptyState drawing="list" isSmall title={t('quality.emptyTitle')} />}
    />
  );
}
