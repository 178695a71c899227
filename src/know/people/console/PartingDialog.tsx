import { Alert, App, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { type PartingEffect, partPeople, previewParting } from '../contract.ts';
import { useKindName } from './use-kind-name.ts';

/** What is to be parted: a merge undone, or some ids given a person of their own. */
export type PartingAsked = { merge: number } | { ids: { kind: string; value: string }[] };

interface PartingDialogProps {
  personId: number;
  asked: PartingAsked;
  onClose: () => void;
}

/** Shows what parting would do, and does it. */
export function PartingDialog({ personId, asked, onClose }: PartingDialogProps) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const input = { params: { projectId, personId }, body: asked };
  const preview = useRead(previewParting, input, { staleTimeMs: 0 });
  const part = useAct(partPeople, { refreshes: ['people.'] });
  const effect = preview.data;
  const run = async (): Promise<void> => {
    try {
      const { otherId } = await part.mutateAsync(input);
      message.success(t('parting.done', { number: otherId }));
      onClose();
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Modal
      open
      title={t('merge' in asked ? 'parting.undoTitle' : 'parting.splitTitle')}
      okText={t('merge' in asked ? 'parting.undo' : 'parting.split')}
      cancelText={t('parting.cancel')}
      okButtonProps={{ danger: true, disabled: !effect, loading: part.isPending }}
      onOk={() => void run()}
      onCancel={onClose}
    >
      {preview.error ? <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} /> : null}
      {effect ? <Effect effect={effect} /> : preview.error ? null : <DetailSkeleton />}
    </Modal>
  );
}

function Effect({ effect }: { effect: PartingEffect }) {
  const { t } = useTranslation('people');
  const format = useFormat();
  const kindName = useKindName();
  const ids = (list: PartingEffect['idsGoing']) =>
    list.length === 0 ? t('parting.none') : list.map((id) => `${kindName(id.kind)} ${id.value}`).join(t('parting.comma'));
  const going = Object.keys(effect.traitsGoing);
  return (
    <>
      <Facts
        items={[
          {
            key: 'who',
            name: t('parting.who'),
            value: effect.otherId === undefined ? t('parting.newPerson') : t('parting.oldPerson', { number: effect.otherId }),
          },
          { key: 'idsGoing', name: t('parting.idsGoing'), value: ids(effect.idsGoing) },
          { key: 'idsStaying', name: t('parting.idsStaying'), value: ids(effect.idsStaying) },
          {
            key: 'events',
            name: t('parting.events'),
            value: t('parting.eventsValue', { going: format.number(effect.eventsGoing), staying: format.number(effect.eventsStaying) }),
          },
          ...(effect.mergedWith.length > 0
            ? [{ key: 'with', name: t('parting.mergedWith'), value: effect.mergedWith.join(t('parting.comma')) }]
            : []),
          ...(going.length > 0 ? [{ key: 'traits', name: t('parting.traitsGoing'), value: going.join(t('parting.comma')) }] : []),
          ...(effect.traitsLost.length > 0
            ? [{ key: 'lost', name: t('parting.traitsLost'), value: effect.traitsLost.join(t('parting.comma')) }]
            : []),
        ]}
      />
      <Alert type="info" showIcon style={{ marginTop: 12 }} title={t('parting.note')} />
    </>
  );
}
