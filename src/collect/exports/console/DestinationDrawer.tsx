import { Alert, App, Button, Drawer, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import type { ReplyOf } from '../../../kernel/http/contract.ts';
import { changeDestination, type Destination, getDestination, removeDestination, testDestination } from '../contract.ts';
import styles from './Exports.module.css';
import { destinationMeanings } from './meanings.ts';
import { useFailureWords } from './use-failure-words.ts';

const REFRESH_MS = 3_000;
type Detail = ReplyOf<typeof getDestination>;

/** One destination: state, what waits, what stands in the way, what was delivered. */
export function DestinationDrawer({ destinationId, onClose }: { destinationId: string; onClose(): void }) {
  const projectId = useProjectId();
  const isNarrow = useNarrow();
  const input = { params: { projectId, destinationId } };
  const { data, error, refetch } = useRead(getDestination, input, { enabled: destinationId !== '', refetchIntervalMs: REFRESH_MS });
  const isHere = data?.destination.id === destinationId;
  return (
    <Drawer open={destinationId !== ''} onClose={onClose} size={isNarrow ? '100%' : 640} title={isHere ? data.destination.name : ''} destroyOnHidden>
      {error && destinationId !== '' ? <ErrorPanel error={error} onRetry={() => void refetch()} isSmall /> : null}
      {isHere ? <DestinationDetail detail={data} onRemoved={onClose} /> : error ? null : <DetailSkeleton />}
    </Drawer>
  );
}

function DestinationDetail({ detail, onRemoved }: { detail: Detail; onRemoved(): void }) {
  const { t } = useTranslation('exports');
  const format = useFormat();
  const words = useFailureWords();
  const { destination, backlog, windows } = detail;
  const { failure } = destination;
  return (
    <div className={styles['stack']}>
      <div className={styles['row']} style={{ justifyContent: 'space-between' }}>
        <StatusMark meaning={destinationMeanings[destination.state]}>{t(`states.${destination.state}`)}</StatusMark>
        <DestinationActs destination={destination} backlog={backlog} onRemoved={onRemoved} />
      </div>
      {failure ? <Alert type="error" showIcon role="alert" title={words(failure)} description={<TimeText at={failure.at} isRelative />} /> : null}
      <Facts
        items={[
          { key: 'to', name: t('kind'), value: <span className={styles['key']}>{placeOf(destination)}</span> },
          { key: 'content', name: t('content'), value: destination.content.map((one) => t(`contents.${one}`)).join(' · ') },
          ...(destination.events.length > 0 ? [{ key: 'events', name: t('events'), value: destination.events.join(' · ') }] : []),
          { key: 'backlog', name: t('backlog'), value: format.number(backlog) },
          { key: 'until', name: t('deliveredUntil'), value: <TimeText at={destination.deliveredUntil} withSeconds /> },
          { key: 'deliveredEvents', name: t('deliveredEvents'), value: format.number(destination.deliveredEvents) },
          { key: 'deliveredPeople', name: t('deliveredPeople'), value: format.number(destination.deliveredPeople) },
          ...(destination.nextAt
            ? [
                { key: 'attempts', name: t('attempts'), value: destination.attempts },
                { key: 'next', name: t('nextAt'), value: <TimeText at={destination.nextAt} withSeconds /> },
              ]
            : []),
        ]}
      />
      <Windows windows={windows} />
    </div>
  );
}

function placeOf({ webhook, store }: Destination): string {
  if (webhook) return webhook.url;
  return store ? `${store.endpoint ?? 's3'}/${store.bucket}/${store.prefix}` : '';
}

function Windows({ windows }: Pick<Detail, 'windows'>) {
  const { t } = useTranslation('exports');
  const format = useFormat();
  return (
    <Table
      size="small"
      title={() => t('windows')}
      rowKey={(row) => row.from}
      dataSource={windows}
      scroll={{ x: 'max-content' }}
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
      locale={{ emptyText: t('noWindows') }}
      columns={[
        {
          title: t('window'),
          render: (_, row) => (
            <>
              <TimeText at={row.from} /> – <TimeText at={row.until} />
            </>
          ),
        },
        { title: t('rows'), align: 'right', render: (_, row) => format.number(row.rows) },
        { title: t('files'), align: 'right', render: (_, row) => format.number(row.files.length) },
        {
          title: t('state'),
          render: (_, row) => (
            <StatusMark meaning={row.isVerified ? 'success' : 'waiting'}>{t(row.isVerified ? 'isVerified' : 'isNotVerified')}</StatusMark>
          ),
        },
      ]}
    />
  );
}

function DestinationActs({ destination, backlog, onRemoved }: { destination: Destination; backlog: number; onRemoved(): void }) {
  const { t } = useTranslation('exports');
  const format = useFormat();
  const words = useFailureWords();
  const { message } = App.useApp();
  const confirm = useConfirmDanger();
  const can = usePermissions();
  const projectId = useProjectId();
  const params = { projectId, destinationId: destination.id };
  const change = useAct(changeDestination, { refreshes: ['exports.'] });
  const remove = useAct(removeDestination, { refreshes: ['exports.'] });
  const test = useAct(testDestination, {
    onDone: ({ ok, code, details, tookMs }) =>
      void (ok ? message.success(t('testOk', { ms: tookMs })) : message.error(t('testFailed', { reason: words({ code: code ?? '', details }) }))),
  });
  if (!can('exports.write')) return null;
  const ask = () =>
    confirm({
      title: t('removeTitle', { name: destination.name }),
      consequence: t('removeConsequence', { backlog: format.number(backlog) }),
      action: t('remove'),
      onConfirm: async () => {
        await remove.mutateAsync({ params });
        onRemoved();
      },
    });
  return (
    <div className={styles['row']}>
      <Button size="small" loading={test.isPending} onClick={() => test.mutate({ params })}>
        {t('test')}
      </Button>
      {destination.state === 'failing' ? (
        <Button size="small" loading={change.isPending} onClick={() => change.mutate({ params, body: { state: 'running' } })}>
          {t('retry')}
        </Button>
      ) : null}
      <Button
        size="small"
        loading={change.isPending}
        onClick={() => change.mutate({ params, body: { state: destination.state === 'paused' ? 'running' : 'paused' } })}
      >
        {t(destination.state === 'paused' ? 'resume' : 'pause')}
      </Button>
      <Button size="small" danger onClick={ask}>
        {t('remove')}
      </Button>
    </div>
  );
}
