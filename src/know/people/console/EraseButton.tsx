import { DeleteOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { erasePerson, previewErasure } from '../../../collect/retention/contract.ts';
import { call } from '../../../console/api.ts';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import type { Person } from '../contract.ts';

/** Erases the person for ever, after saying how much that is. */
export function EraseButton({ person }: { person: Person }) {
  const { t } = useTranslation('retention');
  const { message } = App.useApp();
  const format = useFormat();
  const projectId = useProjectId();
  const can = usePermissions();
  const go = useGo();
  const confirm = useConfirmDanger();
  const [isCounting, setCounting] = useState(false);
  const erase = useAct(erasePerson, { refreshes: ['retention.', 'people.'] });
  if (!can('retention.erase')) return null;
  const params = { projectId, personId: person.personId };
  const ask = async (): Promise<void> => {
    setCounting(true);
    try {
      const { items } = await call(previewErasure, { params });
      const rows = items.reduce((sum, held) => sum + held.rows, 0);
      confirm({
        title: t('erase.title'),
        consequence: t('erase.consequence', { number: format.number(rows), tables: items.length }),
        action: t('erase.confirm'),
        typed: String(person.personId),
        onConfirm: async () => {
          const { erasureId } = await erase.mutateAsync({ params, body: {} });
          message.success(t('erase.started'));
          go(`data-retention?erasure=${erasureId}`);
        },
      });
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    } finally {
      setCounting(false);
    }
  };
  return (
    <Button danger icon={<DeleteOutlined />} loading={isCounting} onClick={() => void ask()}>
      {t('erase.act')}
    </Button>
  );
}
