import { Button, Form, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type CollectionSettings, getPersonal } from '../contract.ts';
import { FindingTable } from './FindingTable.tsx';
import { PersonalRuleDrawer } from './PersonalRuleDrawer.tsx';
import { PersonalRuleTable } from './PersonalRuleTable.tsx';
import { SettingsForm } from './SettingsForm.tsx';

/** What becomes of personal values, and where some were seen without a rule. */
export function PersonalSection({ settings }: { settings: CollectionSettings }) {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const mayWrite = usePermissions()('enrichment.write');
  const [isNew, setNew] = useState(false);
  const { data, error, refetch } = useRead(getPersonal, { params: { projectId } }, { refetchIntervalMs: 10_000 });
  const add = mayWrite ? <Button onClick={() => setNew(true)}>{t('personal.add')}</Button> : undefined;
  return (
    <>
      <SettingsForm settings={settings}>
        <Panel title={t('personal.title')} note={t('personal.note')}>
          <Form.Item name="isPersonalSought" valuePropName="checked" label={t('personal.sought')} extra={t('personal.soughtHelp')}>
            <Switch />
          </Form.Item>
        </Panel>
      </SettingsForm>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      <Panel title={t('personal.findings')} note={t('personal.findingsNote')} isFlush>
        <FindingTable findings={data?.findings} />
      </Panel>
      <Panel title={t('personal.rules')} extra={add} isFlush>
        <PersonalRuleTable rules={data?.rules} />
      </Panel>
      <PersonalRuleDrawer isOpen={isNew} onClose={() => setNew(false)} />
    </>
  );
}
