import { Button, Steps } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TaskProgress } from '../../../console/kit/TaskProgress.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { getFile, type ImportFile, lookAtFile, type Mapping } from '../contract.ts';
import { CheckStep } from './CheckStep.tsx';
import styles from './Imports.module.css';
import { MappingStep } from './MappingStep.tsx';
import { RunPanel } from './RunPanel.tsx';
import { SourceStep } from './SourceStep.tsx';
import { useFailureWords } from './use-failure-words.ts';

const steps = ['source', 'mapping', 'check', 'run'] as const;
type Step = (typeof steps)[number];
const POLL_MS = 1_000;

/** Brings a file in, in four steps. The URL holds the file, the step and the run, so that it can be left and found again. */
export function NewImport() {
  const { t } = useTranslation('imports');
  const isNarrow = useNarrow();
  const [fileId, setFileId] = useUrlState('file', '');
  const [step, setStep] = useUrlState<Step>('step', 'source');
  const [runId, setRunId] = useUrlState('run', '');
  const at = runId ? 'run' : fileId ? step : 'source';
  const isReachable = (index: number): boolean => (runId ? index === 3 : index === 0 || (fileId !== '' && index < 3));
  const take = (file: ImportFile) => {
    setFileId(file.id, { push: true });
    setStep('mapping');
  };
  return (
    <PageFrame title={t('start')} purpose={t('purpose')}>
      <Panel>
        <Steps
          size="small"
          orientation={isNarrow ? 'vertical' : 'horizontal'}
          current={steps.indexOf(at)}
          items={steps.map((name, index) => ({ title: t(`steps.${name}`), disabled: !isReachable(index) }))}
          {...(runId ? {} : { onChange: (index: number) => setStep(steps[index] ?? 'source') })}
        />
      </Panel>
      <Panel>
        {at === 'source' ? <SourceStep onFile={take} /> : null}
        {at === 'mapping' || at === 'check' ? <FileSteps key={fileId} fileId={fileId} step={at} onStep={setStep} onStarted={setRunId} /> : null}
        {at === 'run' ? <Running importId={runId} onAnother={() => [setRunId(''), setFileId(''), setStep('source')]} /> : null}
      </Panel>
    </PageFrame>
  );
}

function FileSteps({ fileId, step, onStep, onStarted }: { fileId: string; step: Step; onStep(step: Step): void; onStarted(importId: string): void }) {
  const projectId = useProjectId();
  const [mapping, setMapping] = useState<Mapping>();
  const params = { projectId, fileId };
  const first = useRead(getFile, { params });
  const isArriving = first.data?.state === 'arriving';
  const file = useRead(getFile, { params }, isArriving ? { refetchIntervalMs: POLL_MS } : {});
  const look = useRead(lookAtFile, { params }, { enabled: file.data?.state === 'ready', staleTimeMs: 600_000 });
  const proposal = look.data?.saved ?? look.data?.guess;
  const columns = look.data?.columns.map(({ column }) => column).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another reading of the same file has other columns, and begins with its own proposal
  useEffect(() => {
    if (proposal) setMapping(proposal);
  }, [columns]);
  const error = file.error ?? look.error;
  if (error) return <ErrorPanel error={error} onRetry={() => void look.refetch()} isSmall />;
  if (file.data && file.data.state !== 'ready') return <Arriving file={file.data} onBack={() => onStep('source')} />;
  if (!look.data || !mapping) return <ListSkeleton />;
  if (step === 'check') return <CheckStep fileId={fileId} mapping={mapping} onBack={() => onStep('mapping')} onStarted={onStarted} />;
  return <MappingStep {...look.data} mapping={mapping} onChange={setMapping} onNext={() => onStep('check')} />;
}

function Arriving({ file, onBack }: { file: ImportFile; onBack(): void }) {
  const { t } = useTranslation('imports');
  const words = useFailureWords();
  return (
    <div className={styles['stack']}>
      {file.state === 'arriving' ? (
        <TaskProgress title={t('fetching', { name: file.name })} done={file.arrivedBytes} total={file.sizeBytes ?? undefined} />
      ) : (
        <p role="alert" className={styles['reason']}>
          {words(file.failure ?? { code: 'imports.file_gone', details: {} })}
        </p>
      )}
      <div className={styles['foot']}>
        <Button onClick={onBack}>{t('back')}</Button>
      </div>
    </div>
  );
}

function Running({ importId, onAnother }: { importId: string; onAnother(): void }) {
  const { t } = useTranslation('imports');
  const go = useGo();
  return (
    <div className={styles['stack']}>
      <p className="quiet" style={{ margin: 0 }}>
        {t('mayLeave')}
      </p>
      <RunPanel importId={importId} />
      <div className={styles['foot']}>
        <Button onClick={() => go('imports')}>{t('toList')}</Button>
        <Button onClick={onAnother}>{t('another')}</Button>
      </div>
    </div>
  );
}
