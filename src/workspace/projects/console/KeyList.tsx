import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { ShownOnce } from '../../../console/kit/ShownOnce.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { type ApiKey, listKeys, revokeKey } from '../contract.ts';
import { type CreatedKey, NewKey } from './NewKey.tsx';

/** The project's API keys. */
export function KeyList() {
  const { t } = useTranslation('projects');
  const projectId = useProjectId();
  const can = usePermissions();
  const keys = useRead(listKeys, { params: { projectId } });
  const [isNew, setNew] = useUrlState('new', '');
  const [made, setMade] = useState<CreatedKey>();
  const columns = useKeyColumns();
  const filters = useMemo<readonly Filter<ApiKey>[]>(
    () => [
      {
        key: 'state',
        label: t('keys.state'),
        options: ['live', 'revoked'].map((state) => ({ value: state, label: t(`keys.${state}`) })),
        matches: (key, state) => (key.revokedAt === null) === (state === 'live'),
      },
    ],
    [t],
  );
  const create = can('keys.write') ? (
    <Button type="primary" onClick={() => setNew('1')}>
      {t('keys.new')}
    </Button>
  ) : null;
  return (
    <PageFrame title={t('keys.title')} purpose={t('keys.purpose')} action={create}>
      <QueryTable
        id="keys"
        columns={columns}
        rows={keys.data?.items}
        rowKey={(key) => key.id}
        error={keys.error}
        onRetry={() => void keys.refetch()}
        searchPlaceholder={t('keys.search')}
        filters={filters}
        empty={<EmptyState drawing="stream" title={t('keys.empty')} sentence={t('keys.emptySentence')} action={create} />}
      />
      <NewKey isOpen={isNew === '1'} onClose={() => setNew('')} onCreated={setMade} />
      <ShownOnce
        title={t('keys.shownTitle', { name: made?.key.name })}
        note={t('keys.shownNote')}
        secrets={made ? [{ name: t(`kinds.${made.key.kind}`), secret: made.token }] : undefined}
        onClose={() => setMade(undefined)}
      />
    </PageFrame>
  );
}

function useKeyColumns(): readonly Column<ApiKey>[] {
  const { t } = useTranslation('projects');
  const can = usePermissions();
  const mayWrite = can('keys.write');
  return useMemo(
    () => [
      { key: 'name', title: t('keys.name'), value: (key) => key.name || t('keys.first'), render: (key) => key.name || t('keys.first') },
      { key: 'kind', title: t('keys.kind'), value: (key) => t(`kinds.${key.kind}`), render: (key) => t(`kinds.${key.kind}`) },
      {
        key: 'key',
        title: t('keys.key'),
        render: (key) => (key.token ? <CopyText text={key.token} shown={`${key.prefix}…`} /> : <code>{key.prefix}…</code>),
      },
      {
        key: 'state',
        title: t('keys.state'),
        value: (key) => t(key.revokedAt ? 'keys.revoked' : 'keys.live'),
        render: (key) => <StatusMark meaning={key.revokedAt ? 'neutral' : 'success'}>{t(key.revokedAt ? 'keys.revoked' : 'keys.live')}</StatusMark>,
      },
      {
        key: 'lastUsedAt',
        title: t('keys.lastUsed'),
        value: (key) => key.lastUsedAt,
        render: (key) => (key.lastUsedAt ? <TimeText at={key.lastUsedAt} isRelative /> : t('keys.never')),
      },
      { key: 'createdAt', title: t('keys.created'), value: (key) => key.createdAt, render: (key) => <TimeText at={key.createdAt} /> },
      ...(mayWrite
        ? [
            {
              key: 'acts',
              title: t('keys.acts'),
              isTitleHidden: true,
              widthPx: 88,
              align: 'right' as const,
              render: (key: ApiKey) => (key.revokedAt ? null : <Revoke apiKey={key} />),
            },
          ]
        : []),
    ],
    [t, mayWrite],
  );
}

function Revoke({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('projects');
  const projectId = useProjectId();
  const confirm = useConfirmDanger();
  const revoke = useAct(revokeKey, { refreshes: ['projects.list_keys'] });
  const ask = () =>
    confirm({
      title: t('keys.revokeTitle', { name: apiKey.name || t('keys.first') }),
      consequence: t('keys.revokeConsequence'),
      action: t('keys.revoke'),
      onConfirm: () => revoke.mutateAsync({ params: { projectId, keyId: apiKey.id } }),
    });
  return (
    <Button size="small" type="text" danger onClick={ask}>
      {t('keys.revoke')}
    </Button>
  );
}
