import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { restoreSegment } from '../contract.ts';

/** Brings an archived segment back; says why when that is refused. */
export function useRestore({ segmentId }: { segmentId: number }): { can: boolean; isPending: boolean; run(): Promise<void> } {
  const { t } = useTranslation('segments');
  const { message } = App.useApp();
  const can = usePermissions();
  const projectId = useProjectId();
  const restore = useAct(restoreSegment, { refreshes: ['segments.', 'audiences.'] });
  return {
    can: can('segments.write'),
    isPending: restore.isPending,
    run: async () => {
      try {
        await restore.mutateAsync({ params: { projectId, segmentId } });
      } catch (error) {
        message.error(error instanceof Error ? error.message : t('notDone'));
      }
    },
  };
}
