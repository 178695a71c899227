import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Upload } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { TaskProgress } from '../../../console/kit/TaskProgress.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import type { Import, Refusal } from '../contract.ts';
import { RefusalTable } from './RefusalsDrawer.tsx';
import { firstBrokenLine, type ReadFile, readFile, sendFile } from './send-file.ts';

const PREVIEWED = 5;

/** Choose a file, look at its first lines, send it and watch. */
export function ImportDrawer({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('imports');
  const [file, setFile] = useState<ReadFile>();
  const [error, setError] = useState<unknown>();
  const take = async (chosen: File) => {
    setError(undefined);
    try {
      setFile(await readFile(chosen));
    } catch (cause) {
      setError(cause);
    }
  };
  const offer = (chosen: File) => {
    void take(chosen);
    return false;
  };
  const close = () => {
    setFile(undefined);
    onClose();
  };
  return (
    <Drawer open={isOpen} onClose={close} title={t('start')} size={640} destroyOnHidden>
      <p className="quiet">{t('fileHelp')}</p>
      <Upload.Dragger accept=".jsonl,.ndjson,.json,.txt" showUploadList={false} beforeUpload={offer}>
        <p style={{ margin: 0 }}>{t('choose')}</p>
      </Upload.Dragger>
      {error ? <ErrorPanel error={error} /> : null}
      {file ? <Sending key={file.name} file={file} /> : null}
    </Drawer>
  );
}

function Sending({ file }: { file: ReadFile }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const projectId = useProjectId();
  const queries = useQueryClient();
  const stop = useRef(new AbortController());
  const [step, setStep] = useState<Import>();
  const [refusals, setRefusals] = useState<readonly Refusal[]>([]);
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<unknown>();
  const broken = firstBrokenLine(file.lines);
  const send = async () => {
    stop.current = new AbortController();
    setSending(true);
    setError(undefined);
    try {
      const onProgress = (now: Import, all: readonly Refusal[]) => {
        setStep(now);
        setRefusals([...all]);
      };
      setStep(await sendFile(projectId, file, { signal: stop.current.signal, onProgress }));
    } catch (cause) {
      setError(cause);
    } finally {
      setSending(false);
      void queries.invalidateQueries({ queryKey: ['imports', projectId] });
    }
  };
  return (
    <section style={{ display: 'grid', gap: 16, marginTop: 16 }}>
      <h2 style={{ fontSize: 14, margin: 0 }}>
        {file.name} · {t('lines', { count: file.lines.length, formatted: format.number(file.lines.length) })}
      </h2>
      {broken === undefined ? null : <Alert type="warning" showIcon title={t('brokenLine', { line: broken })} />}
      <pre style={{ overflow: 'auto', maxHeight: 180, fontSize: 12, margin: 0 }}>{file.lines.slice(0, PREVIEWED).join('\n')}</pre>
      {step ? (
        <TaskProgress
          title={t('progress')}
          done={step.done}
          total={file.lines.length}
          state={isSending ? 'running' : 'done'}
          onCancel={() => stop.current.abort()}
        />
      ) : null}
      {step ? <Outcome step={step} /> : null}
      {error ? <ErrorPanel error={error} onRetry={() => void send()} /> : null}
      {step && !isSending ? null : (
        <Button type="primary" onClick={() => void send()} loading={isSending} disabled={file.lines.length === 0}>
          {t('start')}
        </Button>
      )}
      {refusals.length > 0 ? <RefusalTable refusals={refusals} name={file.name} /> : null}
    </section>
  );
}

function Outcome({ step }: { step: Import }) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const parts = (['accepted', 'duplicates', 'refused'] as const).map((key) => `${t(key)} ${format.number(step[key])}`);
  return (
    <div className="small quiet" role="status">
      {step.state === 'cancelled' ? `${t('cancelled')} ` : ''}
      {parts.join(' · ')}
    </div>
  );
}
