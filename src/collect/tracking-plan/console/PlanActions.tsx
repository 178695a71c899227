import { EllipsisOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { saveFile } from '../../../console/kit/table/export-csv.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { exportPlan } from '../contract.ts';

interface PlanActionsProps {
  onNew(): void;
  onImport(): void;
  onRules(): void;
}

/** Plan a new event, set the rules, take the plan out as a file or bring one in. */
export function PlanActions({ onNew, onImport, onRules }: PlanActionsProps) {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const { message } = App.useApp();
  const projectId = useProjectId();
  const save = async () => {
    try {
      const document = await call(exportPlan, { params: { projectId }, query: {} });
      saveFile('tracking-plan.json', `${JSON.stringify(document, null, 2)}\n`, 'application/json');
    } catch (error) {
      void message.error(error instanceof Error ? error.message : String(error));
    }
  };
  const mayWrite = can('tracking-plan.write');
  const items = [{ key: 'export', label: t('document.export') }, ...(mayWrite ? [{ key: 'import', label: t('document.import') }] : [])];
  return (
    <>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => (key === 'export' ? void save() : onImport()) }}>
        <Button aria-label={t('document.more')} icon={<EllipsisOutlined />} />
      </Dropdown>
      {mayWrite ? <Button onClick={onRules}>{t('rules.action')}</Button> : null}
      {mayWrite ? (
        <Button type="primary" icon={<PlusOutlined />} onClick={onNew}>
          {t('create')}
        </Button>
      ) : null}
    </>
  );
}
