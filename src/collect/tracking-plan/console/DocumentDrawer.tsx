import { Alert, Button, Drawer, Input, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../../console/kit/CopyText.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { importPlan, previewPlan } from '../contract.ts';
import { ChangeItems, useChangeSummary } from './ChangeItems.tsx';
import styles from './Plan.module.css';

type Preview = ReplyOf<typeof previewPlan>;

/** A plan from a file: shows its faults, or what it would change, before anything is changed. */
export function DocumentDrawer({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('tracking-plan');
  const isNarrow = useNarrow();
  return (
    <Drawer open={isOpen} onClose={onClose} title={t('document.import')} size={isNarrow ? '100%' : 640} destroyOnHidden>
      {isOpen ? <Importing onDone={onClose} /> : null}
    </Drawer>
  );
}

function Importing({ onDone }: { onDone(): void }) {
  const { t } = useTranslation('tracking-plan');
  const projectId = useProjectId();
  const { text, checked, fault, save, look } = useDocument(onDone);
  return (
    <div className={styles['stack']}>
      <p className="quiet">{t('document.help')}</p>
      <Upload.Dragger
        accept=".json"
        showUploadList={false}
        beforeUpload={(file) => {
          void file.text().then(look);
          return false;
        }}
      >
        <p style={{ margin: 0 }}>{t('document.choose')}</p>
      </Upload.Dragger>
      <div className={styles['source']}>
        <Input.TextArea
          value={text}
          aria-label={t('document.paste')}
          placeholder={t('document.paste')}
          autoSize={{ minRows: 4, maxRows: 10 }}
          spellCheck={false}
          onChange={(event) => void look(event.target.value)}
        />
      </div>
      {fault ? <Alert type="error" showIcon title={fault} role="alert" /> : null}
      {checked ? <PreviewResult preview={checked.preview} /> : null}
      {save.error ? <ErrorPanel error={save.error} isSmall /> : null}
      {checked && checked.preview.faults.length === 0 && checked.preview.changes.length > 0 ? (
        <Button
          type="primary"
          loading={save.isPending}
          onClick={() => save.mutate({ params: { projectId }, query: { ifVersion: checked.preview.version }, body: checked.document })}
        >
          {t('document.apply')}
        </Button>
      ) : null}
      {checked ? null : <CodeBlock label={t('document.fromShell')} code={shellLine(projectId)} />}
    </div>
  );
}

function PreviewResult({ preview }: { preview: Preview }) {
  const { t } = useTranslation('tracking-plan');
  const summary = useChangeSummary();
  if (preview.faults.length > 0) {
    return (
      <section aria-live="polite">
        <Alert type="error" showIcon title={t('document.faults', { count: preview.faults.length })} />
        <ul className={styles['list']}>
          {preview.faults.map((fault) => (
            <li key={`${fault.path}${fault.message}`}>
              <div>
                <code>{fault.path}</code>
                <div>{fault.message}</div>
              </div>
            </li>
          ))}
        </ul>
      </section>
    );
  }
  if (preview.changes.length === 0) return <EmptyState drawing="list" isSmall title={t('document.same')} />;
  return (
    <section aria-live="polite">
      <h3>{summary(preview.changes)}</h3>
      <ChangeItems changes={preview.changes} />
    </section>
  );
}

function shellLine(projectId: number): string {
  const address = `${window.location.origin}/api/projects/${projectId}/tracking-plan/document`;
  return [
    `curl -H "Authorization: Bearer $SECRET_KEY" ${address} > tracking-plan.json`,
    `curl -X PUT -H "Authorization: Bearer $SECRET_KEY" -H "Content-Type: application/json" \\`,
    `  --data @tracking-plan.json "${address}?note=$(git rev-parse --short HEAD)"`,
  ].join('\n');
}

/** The document that is looked at: read, shown to the server, and taken over. */
function useDocument(onDone: () => void) {
  const { t } = useTranslation('tracking-plan');
  const projectId = useProjectId();
  const [text, setText] = useState('');
  const [checked, setChecked] = useState<{ document: unknown; preview: Preview }>();
  const [fault, setFault] = useState('');
  const preview = useAct(previewPlan);
  const save = useAct(importPlan, { refreshes: ['tracking-plan.'], onDone });
  const look = async (source: string) => {
    setText(source);
    setChecked(undefined);
    setFault('');
    save.reset();
    if (source.trim() === '') return;
    try {
      const document: unknown = JSON.parse(source);
      setChecked({ document, preview: await preview.mutateAsync({ params: { projectId }, body: document }) });
    } catch (error) {
      setFault(
        error instanceof SyntaxError ? t('document.notJson', { reason: error.message }) : error instanceof Error ? error.message : String(error),
      );
    }
  };
  return { text, checked, fault, save, look };
}
