import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ShownOnce } from '../../../console/kit/ShownOnce.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { type Destination, listDestinations } from '../contract.ts';
import { DestinationDrawer } from './DestinationDrawer.tsx';
import { destinationMeanings } from './meanings.ts';
import { NewDestinationDrawer } from './NewDestinationDrawer.tsx';

const REFRESH_MS = 5_000;

/** Where events and people go, and how far each place is. */
export function DestinationList({ action }: { action: ReactNode }) {
  const { t } = useTranslation('exports');
  const projectId = useProjectId();
  const [isNew, setNew] = useUrlState('new', '');
  const [shown, setShown] = useUrlState('destination', '');
  const [secret, setSecret] = useState<string>();
  const { data, error, refetch } = useRead(listDestinations, { params: { projectId } }, { refetchIntervalMs: REFRESH_MS });
  const columns = useDestinationColumns();
  return (
    <>
      <QueryTable
        id="export-destinations"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => row.id}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('name')}
        onOpen={(row) => setShown(row.id)}
        empty={<EmptyState drawing="stream" title={t('title')} sentence={t('empty')} action={action} />}
      />
      <NewDestinationDrawer isOpen={isNew === '1'} onClose={() => setNew('')} onSecret={setSecret} />
      <DestinationDrawer destinationId={shown} onClose={() => setShown('')} />
      <ShownOnce
        title={t('signingSecret')}
        note={t('signingSecretHelp')}
        secrets={secret === undefined ? undefined : [{ name: t('signingSecret'), secret }]}
        onClose={() => setSecret(undefined)}
      />
    </>
  );
}

function useDestinationColumns(): readonly Column<Destination>[] {
  const { t } = useTranslation('exports');
  const format = useFormat();
  return useMemo(
    () => [
      { key: 'name', title: t('name'), value: (row) => row.name, render: (row) => row.name },
      { key: 'kind', title: t('kind'), value: (row) => row.kind, render: (row) => t(`kinds.${row.kind}`) },
      {
        key: 'content',
        title: t('content'),
        value: (row) => row.content.join(' '),
        render: (row) => row.content.map((one) => t(`contents.${one}`)).join(' · '),
      },
      {
        key: 'state',
        title: t('state'),
        value: (row) => row.state,
        render: (row) => <StatusMark meaning={destinationMeanings[row.state]}>{t(`states.${row.state}`)}</StatusMark>,
      },
      {
        key: 'events',
        title: t('deliveredEvents'),
        align: 'right',
        value: (row) => row.deliveredEvents,
        render: (row) => format.number(row.deliveredEvents),
      },
      {
        key: 'until',
        title: t('deliveredUntil'),
        value: (row) => row.deliveredUntil,
        render: (row) => <TimeText at={row.deliveredUntil} isRelative />,
      },
    ],
    [t, format],
  );
}
