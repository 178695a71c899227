import { Alert, App, Button, Drawer, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Facts } from '../../../console/kit/Facts.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { type Delivery, type DeliveryDetail, getDelivery, sendAgain } from '../contract.ts';
import styles from './DeliveryDrawer.module.css';
import { DeliveryState } from './DeliveryState.tsx';
import { OperationLink } from './OperationLink.tsx';

const REFRESH_MS = 4_000;
const again = ['queued', 'failed', 'unknown', 'outbox'] as const;

/** One message: what was decided, what became of it, and the mail itself. */
export function DeliveryDrawer({ deliveryId, onClose }: { deliveryId: string; onClose(): void }) {
  const { t } = useTranslation('gate');
  const isNarrow = useNarrow();
  return (
    <Drawer
      open={deliveryId !== ''}
      onClose={onClose}
      size={isNarrow ? '100%' : 640}
      title={t('detail.title')}
      mask={{ blur: false }}
      destroyOnHidden
    >
      {deliveryId === '' ? null : <Opened deliveryId={deliveryId} />}
    </Drawer>
  );
}

function Opened({ deliveryId }: { deliveryId: string }) {
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(getDelivery, { params: { projectId, deliveryId } }, { refetchIntervalMs: REFRESH_MS });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} isSmall />;
  if (!data || data.id !== deliveryId) return <DetailSkeleton />;
  return <Message delivery={data} />;
}

function Message({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation('gate');
  return (
    <div className={styles['stack']}>
      <SendAgain delivery={delivery} />
      <Facts
        items={[
          { key: 'state', name: t('columns.state'), value: <DeliveryState delivery={delivery} isLong /> },
          {
            key: 'to',
            name: t('detail.to'),
            value: <ProjectLink to={`people/${delivery.personId}`}>{delivery.address ?? `#${delivery.personId}`}</ProjectLink>,
          },
          { key: 'from', name: t('columns.operation'), value: <OperationLink delivery={delivery} /> },
          { key: 'created', name: t('detail.created'), value: <TimeText at={delivery.createdAt} withSeconds /> },
          ...(delivery.sentAt ? [{ key: 'sent', name: t('detail.sent'), value: <TimeText at={delivery.sentAt} withSeconds /> }] : []),
          ...(delivery.nextTryAt ? [{ key: 'next', name: t('detail.nextTry'), value: <TimeText at={delivery.nextTryAt} withSeconds /> }] : []),
          { key: 'attempts', name: t('detail.attempts'), value: delivery.attempts },
          ...(delivery.lastError
            ? [{ key: 'error', name: t('detail.lastError'), value: <code className={styles['answer']}>{delivery.lastError}</code> }]
            : []),
          ...(delivery.html ? [{ key: 'id', name: t('detail.messageId'), value: <CopyText text={delivery.messageId} /> }] : []),
        ]}
      />
      {delivery.html === null ? (
        <p className="quiet">{t('detail.noContent')}</p>
      ) : (
        <Mail subject={delivery.subject ?? ''} html={delivery.html} text={delivery.text ?? ''} />
      )}
    </div>
  );
}

/** A rendered mail. The frame runs no script, opens nothing and loads nothing from outside. */
export function Mail({ subject, html, text }: { subject: string; html: string; text: string }) {
  const { t } = useTranslation('gate');
  return (
    <section className={styles['mail']}>
      <h3 className={styles['subject']}>{subject}</h3>
      <Tabs
        size="small"
        items={[
          {
            key: 'html',
            label: t('detail.html'),
            children: <iframe className={styles['frame']} title={t('detail.frame')} sandbox="" srcDoc={html} />,
          },
          { key: 'text', label: t('detail.text'), children: <pre className={styles['text']}>{text}</pre> },
        ]}
      />
    </section>
  );
}

function SendAgain({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('gate');
  const { modal, message } = App.useApp();
  const can = usePermissions();
  const projectId = useProjectId();
  const act = useAct(sendAgain, { refreshes: ['gate.'], onDone: () => void message.success(t('again.done')) });
  const state = again.find((one) => one === delivery.state);
  if (!state || !can('gate.send')) return null;
  const send = () =>
    act
      .mutateAsync({ params: { projectId, deliveryId: delivery.id } })
      .catch((error: unknown) => void message.error(error instanceof Error ? error.message : String(error)));
  const ask = () => {
    if (state === 'queued' || state === 'outbox') return void send();
    modal.confirm({
      title: t('again.confirm'),
      icon: null,
      content: t(`again.${state}Warning`),
      okText: t(`again.${state}`),
      cancelText: t('again.cancel'),
      autoFocusButton: 'cancel',
      onOk: send,
    });
  };
  return (
    <Alert
      type={state === 'queued' || state === 'outbox' ? 'info' : 'warning'}
      title={t(`states.${state}`)}
      description={delivery.reason ? t(`reasons.${delivery.reason}`) : undefined}
      action={
        <Button loading={act.isPending} onClick={ask}>
          {t(`again.${state}`)}
        </Button>
      }
    />
  );
}
