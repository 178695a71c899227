import { Button, Form, Input } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { createSource, listSources, type Source } from '../contract.ts';

/** The project's custom HTTP sources. */
export function SourceList() {
  const { t } = useTranslation('sources');
  const projectId = useProjectId();
  const can = usePermissions();
  const go = useGo();
  const [isNew, setNew] = useUrlState('new', '');
  const sources = useRead(listSources, { params: { projectId } });
  const create = useAct(createSource, { refreshes: ['sources.list_sources'] });
  const columns = useSourceColumns();
  const action = can('sources.write') ? (
    <Button type="primary" onClick={() => setNew('1')}>
      {t('new')}
    </Button>
  ) : null;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={action}>
      <QueryTable
        id="sources"
        columns={columns}
        rows={sources.data?.items}
        rowKey={(source) => source.id}
        error={sources.error}
        onRetry={() => void sources.refetch()}
        searchPlaceholder={t('search')}
        onOpen={(source) => go(`sources/${source.id}`)}
        empty={<EmptyState drawing="stream" title={t('empty')} sentence={t('emptySentence')} action={action} />}
      />
      <FormDrawer<{ name: string }>
        isOpen={isNew === '1'}
        onClose={() => setNew('')}
        title={t('new')}
        purpose={t('newPurpose')}
        submitText={t('create')}
        initialValues={{}}
        onSubmit={async (body) => {
          const source = await create.mutateAsync({ params: { projectId }, body });
          go(`sources/${source.id}`);
        }}
      >
        <Form.Item name="name" label={t('name')} extra={t('nameHelp')} rules={[{ required: true, whitespace: true, message: t('nameNeeded') }]}>
          <Input maxLength={200} autoFocus />
        </Form.Item>
      </FormDrawer>
    </PageFrame>
  );
}

function stateOf(source: Source): { word: 'mapped' | 'unmapped' | 'silent'; meaning: 'success' | 'warning' | 'waiting' } {
  if (source.lastAt === null) return { word: 'silent', meaning: 'waiting' };
  return source.mapping ? { word: 'mapped', meaning: 'success' } : { word: 'unmapped', meaning: 'warning' };
}

export function SourceState({ source }: { source: Source }) {
  const { t } = useTranslation('sources');
  const { word, meaning } = stateOf(source);
  return <StatusMark meaning={meaning}>{t(`states.${word}`)}</StatusMark>;
}

function useSourceColumns(): readonly Column<Source>[] {
  const { t } = useTranslation('sources');
  const format = useFormat();
  return useMemo(
    () => [
      { key: 'name', title: t('name'), value: (source) => source.name, render: (source) => source.name },
      {
        key: 'state',
        title: t('state'),
        value: (source) => t(`states.${stateOf(source).word}`),
        render: (source) => <SourceState source={source} />,
      },
      {
        key: 'accepted',
        title: t('accepted'),
        align: 'right',
        value: (source) => source.accepted,
        render: (source) => format.number(source.accepted),
      },
      { key: 'refused', title: t('refused'), align: 'right', value: (source) => source.refused, render: (source) => format.number(source.refused) },
      {
        key: 'lastAt',
        title: t('lastAt'),
        value: (source) => source.lastAt,
        render: (source) => (source.lastAt ? <TimeText at={source.lastAt} isRelative /> : t('never')),
      },
    ],
    [t, format],
  );
}
