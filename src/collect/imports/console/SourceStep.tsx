import { CloudUploadOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Progress, Tabs, Upload } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { type ImportFile, linkFile } from '../contract.ts';
import { Field } from './Field.tsx';
import styles from './Imports.module.css';
import { uploadFile } from './upload-file.ts';
import { useFailureWords } from './use-failure-words.ts';

/** Where the file comes from: this computer, an address, an object store. */
export function SourceStep({ onFile }: { onFile(file: ImportFile): void }) {
  const { t } = useTranslation('imports');
  const [error, setError] = useState<unknown>();
  const words = useFailureWords();
  const [failed, setFailed] = useState<ImportFile>();
  const take = (file: ImportFile) => {
    setFailed(file.state === 'failed' ? file : undefined);
    if (file.state !== 'failed') onFile(file);
  };
  const begin = () => {
    setError(undefined);
    setFailed(undefined);
  };
  return (
    <div className={styles['stack']}>
      <Tabs
        items={[
          { key: 'upload', label: t('sources.upload'), children: <UploadBox onBegin={begin} onFile={take} onError={setError} /> },
          { key: 'url', label: t('sources.url'), children: <LinkForm onBegin={begin} onFile={take} onError={setError} /> },
          { key: 's3', label: t('sources.s3'), children: <StoreForm onBegin={begin} onFile={take} onError={setError} /> },
        ]}
      />
      {failed ? <Alert type="error" showIcon role="alert" title={failed.name} description={words(failed.failure)} /> : null}
      {error ? <ErrorPanel error={error} isSmall /> : null}
    </div>
  );
}

interface SourceProps {
  onBegin(): void;
  onFile(file: ImportFile): void;
  onError(error: unknown): void;
}

function UploadBox({ onBegin, onFile, onError }: SourceProps) {
  const { t } = useTranslation('imports');
  const format = useFormat();
  const projectId = useProjectId();
  const stop = useRef<AbortController>(null);
  const [sending, setSending] = useState<{ name: string; size: number; arrived: number }>();
  const send = async (file: File) => {
    onBegin();
    const controller = new AbortController();
    stop.current = controller;
    setSending({ name: file.name, size: file.size, arrived: 0 });
    try {
      const onProgress = (arrived: number) => setSending({ name: file.name, size: file.size, arrived });
      onFile(await uploadFile(projectId, file, { signal: controller.signal, onProgress }));
    } catch (error) {
      if (!controller.signal.aborted) onError(error);
    } finally {
      setSending(undefined);
    }
  };
  const offer = (file: File) => {
    void send(file);
    return false;
  };
  if (sending)
    return (
      <div role="status">
        <div className={styles['foot']}>
          <span>{sending.name}</span>
          <Button size="small" onClick={() => stop.current?.abort()}>
            {t('cancelUpload')}
          </Button>
        </div>
        <Progress percent={Math.floor((sending.arrived / Math.max(1, sending.size)) * 100)} status="active" aria-label={sending.name} />
        <span className="small quiet">
          {t('megabytes', {
            count: sending.size / 1_048_576,
            formatted: `${format.number(sending.arrived / 1_048_576, 1)} / ${format.number(sending.size / 1_048_576, 1)}`,
          })}
        </span>
      </div>
    );
  return (
    <Upload.Dragger showUploadList={false} beforeUpload={offer} maxCount={1}>
      <p style={{ fontSize: 28, margin: 0 }}>
        <CloudUploadOutlined aria-hidden />
      </p>
      <p style={{ margin: '4px 0' }}>{t('choose')}</p>
      <p className="small quiet" style={{ margin: 0 }}>
        {t('fileHelp')}
      </p>
    </Upload.Dragger>
  );
}

function useLink({ onBegin, onFile, onError }: SourceProps) {
  const projectId = useProjectId();
  const [isBusy, setBusy] = useState(false);
  const link = async (body: Parameters<typeof call<typeof linkFile>>[1]['body']) => {
    onBegin();
    setBusy(true);
    try {
      onFile(await call(linkFile, { params: { projectId }, body }));
    } catch (error) {
      onError(error);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, link };
}

function LinkForm(props: SourceProps) {
  const { t } = useTranslation('imports');
  const { isBusy, link } = useLink(props);
  const [url, setUrl] = useState('');
  return (
    <form
      className={styles['row']}
      onSubmit={(event) => {
        event.preventDefault();
        void link({ kind: 'url', url: url.trim() });
      }}
    >
      <div style={{ flex: '1 1 320px' }}>
        <Input aria-label={t('sources.address')} placeholder="https://…/orders.csv.gz" value={url} onChange={(event) => setUrl(event.target.value)} />
      </div>
      <Button type="primary" htmlType="submit" loading={isBusy} disabled={!/^https?:\/\/./.test(url.trim())}>
        {t('fetch')}
      </Button>
    </form>
  );
}

const storeFields = ['endpoint', 'region', 'bucket', 'key', 'accessKeyId', 'secretAccessKey'] as const;

function StoreForm(props: SourceProps) {
  const { t } = useTranslation('imports');
  const { isBusy, link } = useLink(props);
  const [values, setValues] = useState<Record<(typeof storeFields)[number], string>>({
    endpoint: '',
    region: 'us-east-1',
    bucket: '',
    key: '',
    accessKeyId: '',
    secretAccessKey: '',
  });
  const { endpoint, ...rest } = values;
  const isWhole = Object.values(rest).every((value) => value.trim() !== '');
  return (
    <form
      className={styles['row']}
      onSubmit={(event) => {
        event.preventDefault();
        void link({ kind: 's3', ...rest, ...(endpoint.trim() !== '' && { endpoint: endpoint.trim() }) });
      }}
    >
      {storeFields.map((name) => (
        <Field key={name} label={t(`store.${name}`)}>
          <Input
            value={values[name]}
            autoComplete="off"
            type={name === 'secretAccessKey' ? 'password' : 'text'}
            placeholder={name === 'endpoint' ? t('store.endpointExample') : ''}
            onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          />
        </Field>
      ))}
      <Button type="primary" htmlType="submit" loading={isBusy} disabled={!isWhole}>
        {t('fetch')}
      </Button>
    </form>
  );
}
