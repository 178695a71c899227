import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useAct } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { createProject } from '../contract.ts';
import { PlaceFields } from './PlaceFields.tsx';

/** A new project with the keys that are told only once. */
export type CreatedProject = ReplyOf<typeof createProject>;

interface ProjectForm {
  name: string;
  timeZone: string;
  currency: string;
}

/** The form that makes a project. */
export function NewProject({ isOpen, onClose, onCreated }: { isOpen: boolean; onClose: () => void; onCreated: (created: CreatedProject) => void }) {
  const { t } = useTranslation('projects');
  const create = useAct(createProject);
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <FormDrawer<ProjectForm>
      isOpen={isOpen}
      onClose={onClose}
      title={t('new')}
      purpose={t('newPurpose')}
      submitText={t('create')}
      initialValues={{ timeZone: ownZone, currency: 'CNY' }}
      draftKey="projects.new"
      onSubmit={async (body) => onCreated(await create.mutateAsync({ body }))}
    >
      <Form.Item name="name" label={t('name')} extra={t('nameHelp')} rules={[{ required: true, whitespace: true, message: t('needed') }]}>
        <Input maxLength={80} autoFocus />
      </Form.Item>
      <PlaceFields />
    </FormDrawer>
  );
}
