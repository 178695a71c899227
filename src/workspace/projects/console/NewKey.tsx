import { Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { createKey, type KeyKind, keyKinds } from '../contract.ts';

/** A new key with its token, which is told only once for secret keys. */
export type CreatedKey = ReplyOf<typeof createKey>;

interface KeyForm {
  name: string;
  kind: KeyKind;
}

/** The form that makes an API key. */
export function NewKey({ isOpen, onClose, onCreated }: { isOpen: boolean; onClose: () => void; onCreated: (created: CreatedKey) => void }) {
  const { t } = useTranslation('projects');
  const projectId = useProjectId();
  const create = useAct(createKey, { refreshes: ['projects.list_keys'] });
  return (
    <FormDrawer<KeyForm>
      isOpen={isOpen}
      onClose={onClose}
      title={t('keys.new')}
      purpose={t('keys.newPurpose')}
      submitText={t('keys.create')}
      initialValues={{ kind: 'write' }}
      draftKey={`keys.${projectId}.new`}
      onSubmit={async (body) => onCreated(await create.mutateAsync({ params: { projectId }, body }))}
    >
      <Form.Item name="name" label={t('keys.name')} extra={t('keys.nameHelp')} rules={[{ required: true, whitespace: true, message: t('needed') }]}>
        <Input maxLength={80} autoFocus />
      </Form.Item>
      <Form.Item name="kind" label={t('keys.kind')} rules={[{ required: true }]}>
        <Radio.Group style={{ display: 'grid', gap: 8 }}>
          {keyKinds.map((kind) => (
            <Radio key={kind} value={kind}>
              {t(`kinds.${kind}`)} <span className="quiet small">· {t(`keys.${kind}Note`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
    </FormDrawer>
  );
}
