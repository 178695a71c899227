import { Button, DatePicker, Form, Progress, Radio, Select } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { cancelDownload, createDownload, type Download, downloadFormats, exportContents, listDownloads } from '../contract.ts';
import { useFailureWords } from './use-failure-words.ts';

const POLL_MS = 1_000;
const meanings = { queued: 'waiting', running: 'info', done: 'success', failed: 'danger', cancelled: 'neutral', removed: 'neutral' } as const;
const isUnderWay = (download: Download): boolean => download.state === 'queued' || download.state === 'running';

/** Files that were made for download. */
export function DownloadList({ action }: { action: ReactNode }) {
  const { t } = useTranslation('exports');
  const projectId = useProjectId();
  const [isNew, setNew] = useUrlState('new', '');
  const input = { params: { projectId } };
  const first = useRead(listDownloads, input);
  const { data, error, refetch } = useRead(listDownloads, input, first.data?.items.some(isUnderWay) ? { refetchIntervalMs: POLL_MS } : {});
  const columns = useDownloadColumns();
  return (
    <>
      <QueryTable
        id="export-downloads"
        columns={columns}
        rows={data?.items}
        rowKey={(row) => row.id}
        error={error}
        onRetry={() => void refetch()}
        tools={<span className="small quiet">{t('keptNote')}</span>}
        empty={<EmptyState drawing="list" title={t('tabs.downloads')} sentence={t('emptyDownloads')} action={action} />}
      />
      <NewDownloadDrawer isOpen={isNew === '1'} onClose={() => setNew('')} />
    </>
  );
}

function useDownloadColumns(): readonly Column<Download>[] {
  const { t } = useTranslation('exports');
  const format = useFormat();
  return useMemo(
    () => [
      { key: 'createdAt', title: t('createdAt'), value: (row) => row.createdAt, render: (row) => <TimeText at={row.createdAt} /> },
      { key: 'content', title: t('content'), value: (row) => row.content, render: (row) => t(`contents.${row.content}`) },
      { key: 'format', title: t('format'), value: (row) => row.format, render: (row) => t(`formats.${row.format}`) },
      { key: 'state', title: t('state'), value: (row) => row.state, render: (row) => <DownloadState download={row} /> },
      { key: 'rows', title: t('rows'), align: 'right', value: (row) => row.rows, render: (row) => format.number(row.rows) },
      {
        key: 'size',
        title: t('size'),
        align: 'right',
        value: (row) => row.sizeBytes,
        render: (row) => (row.sizeBytes === null ? '–' : sizeInWords(row.sizeBytes, format)),
      },
      { key: 'act', title: t('download'), isTitleHidden: true, align: 'right', render: (row) => <DownloadAct download={row} /> },
    ],
    [t, format],
  );
}

/** Small files in KB, so that none seems to be empty. */
function sizeInWords(bytes: number, format: ReturnType<typeof useFormat>): string {
  return bytes < 1_048_576 ? `${format.number(bytes / 1_024, 1)} KB` : `${format.number(bytes / 1_048_576, 1)} MB`;
}

function DownloadState({ download }: { download: Download }) {
  const { t } = useTranslation('exports');
  const words = useFailureWords();
  if (download.state === 'running' && download.total)
    return (
      <Progress
        percent={Math.min(99, Math.floor((download.rows / download.total) * 100))}
        size="small"
        style={{ minWidth: 120 }}
        aria-label={t('progress')}
      />
    );
  return (
    <StatusMark meaning={meanings[download.state]}>{download.failure ? words(download.failure) : t(`downloadStates.${download.state}`)}</StatusMark>
  );
}

function DownloadAct({ download }: { download: Download }) {
  const { t } = useTranslation('exports');
  const projectId = useProjectId();
  const cancel = useAct(cancelDownload, { refreshes: ['exports.list_downloads'] });
  if (download.state === 'done')
    return (
      <Button size="small" type="primary" href={`/api/projects/${projectId}/export-downloads/${download.id}/content`} download>
        {t('download')}
      </Button>
    );
  if (!isUnderWay(download)) return null;
  return (
    <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { projectId, downloadId: download.id } })}>
      {t('cancel')}
    </Button>
  );
}

interface Moment {
  toISOString(): string;
}

interface Values {
  content: Download['content'];
  format: Download['format'];
  events: string[];
  period?: [Moment | null, Moment | null] | null;
}

function NewDownloadDrawer({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('exports');
  const projectId = useProjectId();
  const create = useAct(createDownload, { refreshes: ['exports.list_downloads'] });
  const submit = ({ content, format, events, period }: Values) => {
    const [from, until] = content === 'events' ? (period ?? []) : [];
    const body = {
      content,
      format,
      events: content === 'events' ? events : [],
      from: from?.toISOString() ?? null,
      until: until?.toISOString() ?? null,
    };
    return create.mutateAsync({ params: { projectId }, body });
  };
  return (
    <FormDrawer<Values>
      isOpen={isOpen}
      onClose={onClose}
      title={t('makeFile')}
      submitText={t('makeFile')}
      initialValues={{ content: 'events', format: 'csv', events: [] }}
      onSubmit={submit}
    >
      <Fields />
    </FormDrawer>
  );
}

function Fields() {
  const { t } = useTranslation('exports');
  const content = Form.useWatch('content', Form.useFormInstance<Values>());
  return (
    <>
      <Form.Item name="content" label={t('content')} required>
        <Radio.Group options={exportContents.map((value) => ({ value, label: t(`contents.${value}`) }))} />
      </Form.Item>
      <Form.Item name="format" label={t('format')} required>
        <Radio.Group options={downloadFormats.map((value) => ({ value, label: t(`formats.${value}`) }))} />
      </Form.Item>
      {content === 'people' ? null : (
        <>
          <Form.Item name="events" label={t('events')} extra={t('eventsHelp')}>
            <Select mode="tags" tokenSeparators={[',']} maxCount={200} />
          </Form.Item>
          <Form.Item name="period" label={t('period')} extra={t('periodHelp')}>
            <DatePicker.RangePicker showTime allowEmpty={[true, true]} style={{ width: '100%' }} />
          </Form.Item>
        </>
      )}
    </>
  );
}
