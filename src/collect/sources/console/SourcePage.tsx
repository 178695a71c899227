import { Button, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { deleteSource, getSource, listDeliveries, type Source } from '../contract.ts';
import { DeliveryTable } from './DeliveryTable.tsx';
import { MappingEditor } from './MappingEditor.tsx';
import { RateForm } from './RateForm.tsx';
import { SignatureForm } from './SignatureForm.tsx';
import { SourceState } from './SourceList.tsx';

/** While somebody waits for the first body. */
const REFRESH_MS = 3_000;

/** One source: its address, its mapping by example, its signature, and what arrived last. */
export function SourcePage() {
  const { t } = useTranslation('sources');
  const projectId = useProjectId();
  const sourceId = usePathParam('sourceId');
  const [tab, setTab] = useUrlState('tab', 'map');
  const at = { params: { projectId, sourceId } };
  const { data: source, error, refetch } = useRead(getSource, at);
  const deliveries = useRead(listDeliveries, at, { refetchIntervalMs: REFRESH_MS });
  if (error && !source) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!source || source.id !== sourceId || !deliveries.data) return <PageSkeleton />;
  const items = deliveries.data.items;
  return (
    <PageFrame
      title={source.name}
      purpose={<SourceState source={source} />}
      action={<DeleteButton source={source} />}
      below={
        <Tabs
          activeKey={tab}
          onChange={(key) => setTab(key, { push: true })}
          items={[
            { key: 'map', label: t('setup.map') },
            { key: 'last', label: t('setup.last') },
            { key: 'check', label: t('setup.check') },
          ]}
        />
      }
    >
      <Panel title={t('address')} note={t('addressNote')}>
        <div style={{ overflowWrap: 'anywhere' }}>
          <CopyText text={source.url} />
        </div>
      </Panel>
      {tab === 'map' ? <MappingEditor key={source.id} source={source} deliveries={items} /> : null}
      {tab === 'last' ? <DeliveryTable source={source} deliveries={items} onChanged={() => void deliveries.refetch()} /> : null}
      {tab === 'check' ? (
        <>
          <SignatureForm key={`signature ${source.id}`} source={source} />
          <RateForm key={`rate ${source.id}`} source={source} />
        </>
      ) : null}
    </PageFrame>
  );
}

function DeleteButton({ source }: { source: Source }) {
  const { t } = useTranslation('sources');
  const projectId = useProjectId();
  const can = usePermissions();
  const go = useGo();
  const confirm = useConfirmDanger();
  const remove = useAct(deleteSource, { refreshes: ['sources.list_sources'] });
  if (!can('sources.write')) return null;
  const ask = () =>
    confirm({
      title: t('deleteTitle', { name: source.name }),
      consequence: t('deleteConsequence'),
      action: t('delete'),
      onConfirm: async () => {
        await remove.mutateAsync({ params: { projectId, sourceId: source.id } });
        go('sources');
      },
    });
  return (
    <Button danger onClick={ask}>
      {t('delete')}
    </Button>
  );
}
