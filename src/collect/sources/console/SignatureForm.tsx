import { App, Button, Form, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type Source, updateSource } from '../contract.ts';
import styles from './Sources.module.css';

type Signature = NonNullable<Source['signature']> & { secret?: string };

const usual: Signature = { header: 'x-signature', algorithm: 'sha256', encoding: 'hex', form: 'plain' };

/** How the other system signs what it sends. */
export function SignatureForm({ source }: { source: Source }) {
  const { t } = useTranslation('sources');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const can = usePermissions();
  const [isOn, setOn] = useState(source.signature !== null);
  const save = useAct(updateSource, { refreshes: ['sources.'] });
  const store = async ({ secret, ...rule }: Signature) => {
    const signature = isOn ? { ...usual, ...rule, ...(secret ? { secret } : {}) } : null;
    try {
      await save.mutateAsync({ params: { projectId, sourceId: source.id }, body: { signature } });
      message.success(t('saved'));
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Panel title={t('signature.title')} note={t('signature.purpose')}>
      <Form<Signature>
        layout="vertical"
        requiredMark={false}
        initialValues={source.signature ?? usual}
        disabled={!can('sources.write')}
        onFinish={(values) => void store(values)}
      >
        <Form.Item label={t('signature.on')}>
          <Switch aria-label={t('signature.on')} checked={isOn} onChange={setOn} />
        </Form.Item>
        {isOn ? <SignatureFields hasSecret={source.signature !== null} /> : null}
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('signature.save')}
        </Button>
      </Form>
    </Panel>
  );
}

function SignatureFields({ hasSecret }: { hasSecret: boolean }) {
  const { t } = useTranslation('sources');
  const options = (...values: string[]) => values.map((value) => ({ value, label: value }));
  return (
    <div className={styles['pair']}>
      <Form.Item name="header" label={t('signature.header')} rules={[{ required: true, pattern: /^[\w-]{1,80}$/, message: t('issues.name') }]}>
        <Input placeholder="x-hub-signature-256" />
      </Form.Item>
      <Form.Item name="form" label={t('signature.form')}>
        <Select
          options={[
            { value: 'plain', label: t('signature.forms.plain') },
            { value: 'timestamped', label: t('signature.forms.timestamped') },
          ]}
        />
      </Form.Item>
      <Form.Item name="algorithm" label={t('signature.algorithm')}>
        <Select options={options('sha256', 'sha1', 'sha512')} />
      </Form.Item>
      <Form.Item name="encoding" label={t('signature.encoding')}>
        <Select options={options('hex', 'base64')} />
      </Form.Item>
      <Form.Item
        name="secret"
        label={t('signature.secret')}
        {...(hasSecret ? { extra: t('signature.secretKept') } : {})}
        rules={hasSecret ? [] : [{ required: true, message: t('signature.secretNeeded') }]}
      >
        <Input.Password autoComplete="new-password" maxLength={500} />
      </Form.Item>
    </div>
  );
}
