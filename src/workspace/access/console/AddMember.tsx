import { Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useProject } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { addMember, type MemberRole, roles } from '../contract.ts';

/** A one-time password to hand over. */
export interface Handover {
  email: string;
  password: string;
}

interface NewMember {
  email: string;
  name?: string;
  role: MemberRole;
}

/** The form that brings a colleague into the project. */
export function AddMember({ isOpen, onClose, onHandover }: { isOpen: boolean; onClose: () => void; onHandover: (handover: Handover) => void }) {
  const { t } = useTranslation('access');
  const project = useProject();
  const add = useAct(addMember, { refreshes: ['access.list_members'] });
  const submit = async ({ email, name, role }: NewMember) => {
    const reply = await add.mutateAsync({ params: { projectId: project.id }, body: { email, role, ...(name ? { name } : {}) } });
    if (reply.oneTimePassword) onHandover({ email: reply.member.email, password: reply.oneTimePassword });
  };
  const offered = roles.filter((role) => role !== 'owner' || project.role === 'owner');
  return (
    <FormDrawer<NewMember>
      isOpen={isOpen}
      onClose={onClose}
      title={t('add')}
      purpose={t('addPurpose')}
      submitText={t('addSubmit')}
      initialValues={{ role: 'operator' }}
      draftKey={`members.${project.id}.new`}
      onSubmit={submit}
    >
      <Form.Item name="email" label={t('email')} rules={[{ required: true, message: t('account.needed') }]}>
        <Input type="email" autoComplete="off" autoFocus />
      </Form.Item>
      <Form.Item name="name" label={t('name')} extra={t('nameHelp')}>
        <Input autoComplete="off" maxLength={80} />
      </Form.Item>
      <Form.Item name="role" label={t('role')} rules={[{ required: true }]}>
        <Radio.Group style={{ display: 'grid', gap: 8 }}>
          {offered.map((role) => (
            <Radio key={role} value={role}>
              {t(`roles.${role}`)} <span className="quiet small">· {t(`roleNotes.${role}`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
    </FormDrawer>
  );
}
