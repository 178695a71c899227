import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { getImport } from '../contract.ts';
import { RunPanel } from './RunPanel.tsx';

/** One import of the list. */
export function ImportRunDrawer({ importId, onClose }: { importId: string; onClose(): void }) {
  const { t } = useTranslation('imports');
  const projectId = useProjectId();
  const isNarrow = useNarrow();
  const { data } = useRead(getImport, { params: { projectId, importId } }, { enabled: importId !== '' });
  const title = data?.import.id === importId ? data.import.name : t('title');
  return (
    <Drawer open={importId !== ''} onClose={onClose} title={title} size={isNarrow ? '100%' : 640} destroyOnHidden>
      {importId === '' ? null : <RunPanel importId={importId} />}
    </Drawer>
  );
}
