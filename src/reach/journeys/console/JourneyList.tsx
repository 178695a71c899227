import { PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { type Format, useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { createJourney, type JourneySummary, journeyStates, listJourneys } from '../contract.ts';
import { JourneyState } from './JourneyState.tsx';

const REFRESH_MS = 10_000;

/** All journeys of the project. */
export function JourneyList() {
  const { t } = useTranslation('journeys');
  const can = usePermissions();
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(listJourneys, { params: { projectId }, query: {} }, { refetchIntervalMs: REFRESH_MS });
  const [isNew, setNew] = useUrlState('new', '');
  const columns = useJourneyColumns();
  const states: Filter<JourneySummary> = {
    key: 'state',
    label: t('columns.state'),
    options: journeyStates.map((one) => ({ value: one, label: t(`states.${one}`) })),
    matches: (row, value) => row.state === value,
  };
  const start = (text: string) =>
    can('journeys.write') ? (
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setNew('1')}>
        {text}
      </Button>
    ) : null;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={start(t('new'))}>
      <QueryTable
        id="journeys"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => String(row.id)}
        error={error}
        onRetry={() => void refetch()}
        searchPlaceholder={t('search')}
        filters={[states]}
        href={(row) => `journeys/${row.id}${row.version === null ? '' : '?tab=results'}`}
        exportName="journeys"
        empty={<EmptyState drawing="journey" title={t('empty.title')} sentence={t('empty.text')} action={start(t('empty.action'))} />}
      />
      <NewJourney isOpen={isNew !== ''} onClose={() => setNew('')} />
    </PageFrame>
  );
}

function NewJourney({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('journeys');
  const go = useGo();
  const projectId = useProjectId();
  const act = useAct(createJourney, { refreshes: ['journeys.list_journeys'] });
  return (
    <FormDrawer<{ name: string }>
      isOpen={isOpen}
      onClose={onClose}
      title={t('newTitle')}
      purpose={t('purpose')}
      submitText={t('create')}
      initialValues={{ name: '' }}
      onSubmit={async ({ name }) => {
        const journey = await act.mutateAsync({ params: { projectId }, body: { name } });
        // The drawer closes first: it takes its own mark out of the URL.
        setTimeout(() => go(`journeys/${journey.id}`));
      }}
    >
      <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('nameMissing') }]}>
        <Input autoFocus maxLength={100} placeholder={t('namePlaceholder')} />
      </Form.Item>
    </FormDrawer>
  );
}

function useJourneyColumns(): readonly Column<JourneySummary>[] {
  const { t } = useTranslation('journeys');
  const format = useFormat();
  return useMemo(
    () => [
      { key: 'name', title: t('columns.name'), render: (row) => row.name, value: (row) => row.name },
      {
        key: 'state',
        title: t('columns.state'),
        render: (row) => (
          <>
            <JourneyState state={row.state} />
            {row.hasUnpublishedChanges && row.version !== null ? <div className="quiet small">{t('unpublished')}</div> : null}
          </>
        ),
        value: (row) => row.state,
      },
      count('entered', t('columns.entered'), (row) => row.entered, format),
      count('active', t('columns.active'), (row) => row.active, format),
      count('goal', t('columns.goal'), (row) => row.goalReached, format),
      { key: 'updated', title: t('columns.updated'), render: (row) => <TimeText at={row.updatedAt} isRelative />, value: (row) => row.updatedAt },
    ],
    [t, format],
  );
}

function count(key: string, title: string, of: (row: JourneySummary) => number, format: Format): Column<JourneySummary> {
  return { key, title, align: 'right', render: (row) => format.number(of(row)), value: of };
}
