import { Button, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { previewTemplate } from '../../templates/contract.ts';
import type { JourneyNode } from '../contract.ts';
import { faultText } from './fault-text.ts';
import styles from './forms.module.css';
import { Labelled } from './Labelled.tsx';
import { MailPreview } from './MailPreview.tsx';
import type { Draft } from './use-draft-saving.ts';

type EmailNode = Extract<JourneyNode, { kind: 'email' }>;

const example = '{{ person.name }}';
const exampleWithDefault = '{{ person.name | default: "…" }}';

/** Subject, body and kind of a mail, with the faults of its template and a preview. */
export function EmailFields({ draft, node, onChange }: { draft: Draft; node: EmailNode; onChange(change: Partial<EmailNode>): void }) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const preview = useAct(previewTemplate);
  const faultOf = (part: string) => {
    const fault = draft.faults.find((one) => one.node === node.id && one.reason === 'broken_template' && one.part === part);
    return fault ? faultText(fault, t) : undefined;
  };
  return (
    <>
      <Labelled label={t('email.subject')} fault={faultOf('subject')}>
        {(id) => <Input id={id} maxLength={500} value={node.subject} onChange={({ target }) => onChange({ subject: target.value })} />}
      </Labelled>
      <div className={styles['body']}>
        <Labelled
          label={t('email.body')}
          fault={faultOf('body')}
          help={
            <>
              {t('email.bodyHelp', { example })} {t('email.fallbackHint', { example: exampleWithDefault })}
            </>
          }
        >
          {(id) => (
            <Input.TextArea
              id={id}
              autoSize={{ minRows: 8, maxRows: 24 }}
              maxLength={200_000}
              value={node.body}
              onChange={({ target }) => onChange({ body: target.value })}
            />
          )}
        </Labelled>
      </div>
      <Labelled label={t('email.category')}>
        {() => (
          <Radio.Group
            vertical
            value={node.category}
            onChange={({ target }) => onChange({ category: target.value as EmailNode['category'] })}
            options={[
              { value: 'marketing', label: t('email.marketing') },
              { value: 'transactional', label: t('email.transactional') },
            ]}
          />
        )}
      </Labelled>
      <div>
        <Button
          loading={preview.isPending}
          onClick={() => preview.mutate({ params: { projectId }, body: { subject: node.subject, body: node.body } })}
        >
          {t('email.preview')}
        </Button>
      </div>
      {preview.error ? <ErrorPanel error={preview.error} isSmall /> : null}
      {preview.data?.email ? <MailPreview email={preview.data.email} /> : null}
    </>
  );
}
