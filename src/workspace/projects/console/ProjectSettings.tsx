import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showFaults } from '../../../console/kit/form/FormDrawer.tsx';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { useSaveKey } from '../../../console/kit/form/use-save-key.ts';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProject } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { renewSession } from '../../../console/session/session-query.ts';
import { updateProject } from '../contract.ts';
import { PlaceFields } from './PlaceFields.tsx';

interface ProjectForm {
  name: string;
  timeZone: string;
  currency: string;
}

/** Name, time zone and currency of the project. */
export function ProjectSettings() {
  const { t } = useTranslation('projects');
  const { message } = App.useApp();
  const client = useQueryClient();
  const can = usePermissions();
  const project = useProject();
  const [form] = Form.useForm<ProjectForm>();
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [isDirty, setDirty] = useState(false);
  const update = useAct(updateProject);
  const mayWrite = can('projects.write');
  useLeaveGuard(isDirty);
  useSaveKey(() => form.submit(), mayWrite);
  const save = async (body: ProjectForm) => {
    setFaults([]);
    try {
      await update.mutateAsync({ params: { projectId: project.id }, body });
      setDirty(false);
      await renewSession(client);
      message.success(t('settings.saved'));
    } catch (error) {
      setFaults(showFaults(form, error, ''));
    }
  };
  const { name, timeZone, currency } = project;
  return (
    <PageFrame title={t('settings.title')} purpose={t('settings.purpose')}>
      <Panel span={6}>
        {faults.length > 0 ? <Alert type="error" showIcon role="alert" title={faults.join(' ')} style={{ marginBottom: 16 }} /> : null}
        <Form<ProjectForm>
          form={form}
          layout="vertical"
          disabled={!mayWrite}
          initialValues={{ name, timeZone, currency }}
          onValuesChange={() => setDirty(true)}
          onFinish={(values) => void save(values)}
        >
          <Form.Item name="name" label={t('name')} extra={t('nameHelp')} rules={[{ required: true, whitespace: true, message: t('needed') }]}>
            <Input maxLength={80} />
          </Form.Item>
          <PlaceFields />
          <p className="small quiet" style={{ marginBottom: 16 }}>
            {t('settings.zoneNote')}
          </p>
          <Button type="primary" htmlType="submit" loading={update.isPending}>
            {t('settings.save')}
          </Button>
        </Form>
      </Panel>
    </PageFrame>
  );
}
