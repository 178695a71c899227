import { EditOutlined, EllipsisOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Dropdown, type MenuProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { archiveSegment, deleteSegment, listSegments, rebuildSegment } from '../contract.ts';
import { useRestore } from './use-restore.ts';
import type { WholeSegment } from './whole-segment.ts';

/** Edit, copy, compute again, archive or restore, delete. */
export function SegmentActions({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  const go = useGo();
  const can = usePermissions();
  const acts = useSegmentActs(segment);
  if (!can('segments.write')) return null;
  const isLive = segment.state === 'live';
  const items: MenuProps['items'] = [
    { key: 'copy', label: t('copy') },
    ...(isLive ? [{ key: 'rebuild', label: t('rebuild') }] : []),
    { type: 'divider' as const },
    isLive ? { key: 'archive', label: t('archive') } : { key: 'restore', label: t('restore') },
    { key: 'delete', label: t('delete'), danger: true },
  ];
  return (
    <>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => acts[key as keyof typeof acts]?.() }}>
        <Button aria-label={t('moreActs')} icon={<EllipsisOutlined />} />
      </Dropdown>
      <Button type="primary" icon={<EditOutlined />} onClick={() => go(`segments/${segment.segmentId}/edit`)}>
        {t('edit')}
      </Button>
    </>
  );
}

/** What the menu does, by key. */
function useSegmentActs(segment: WholeSegment) {
  const { t } = useTranslation('segments');
  const { message } = App.useApp();
  const go = useGo();
  const format = useFormat();
  const confirm = useConfirmDanger();
  const projectId = useProjectId();
  const restore = useRestore(segment);
  const refreshes = ['segments.', 'audiences.'];
  const rebuild = useAct(rebuildSegment, { refreshes });
  const archive = useAct(archiveSegment, { refreshes });
  const remove = useAct(deleteSegment, { refreshes: ['audiences.'] });
  const client = useQueryClient();
  const { name, segmentId } = segment;
  const input = { params: { projectId, segmentId } };
  const people = { name, count: segment.size, number: format.number(segment.size) };
  return {
    copy: () => {
      const query = new URLSearchParams({ name: t('copyOf', { name }).slice(0, 120), condition: JSON.stringify(segment.condition) });
      go(`segments/new?${query}`);
    },
    rebuild: () => {
      rebuild.mutate(input, { onError: (error) => void message.error(error.message) });
    },
    restore: () => void restore.run(),
    archive: () =>
      confirm({
        title: t('archiveTitle', { name }),
        consequence: t('archiveConsequence', people),
        action: t('archive'),
        onConfirm: () => archive.mutateAsync(input),
      }),
    delete: () =>
      confirm({
        title: t('deleteTitle', { name }),
        consequence: t('deleteConsequence', people),
        action: t('delete'),
        typed: name,
        onConfirm: async () => {
          await remove.mutateAsync(input);
          // Only the list: what this page shows of the segment is gone.
          await client.invalidateQueries({ predicate: ({ queryKey: [id] }) => id === listSegments.id });
          go('segments', { replace: true });
        },
      }),
  };
}
