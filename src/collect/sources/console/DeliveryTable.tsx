import { App, Button, Drawer } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../../../console/kit/CopyText.tsx';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { type Meaning, StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct } from '../../../console/query.ts';
import { type Delivery, type DeliveryState, type Source, takeAgain } from '../contract.ts';
import { ProblemText } from './PreviewPanel.tsx';
import styles from './Sources.module.css';

const meanings: Record<DeliveryState, Meaning> = {
  taken: 'success',
  partly: 'warning',
  refused: 'danger',
  skipped: 'neutral',
  unmapped: 'waiting',
  unreadable: 'danger',
  unsigned: 'danger',
};

/** The last bodies of a source and what became of each. */
export function DeliveryTable({ source, deliveries, onChanged }: { source: Source; deliveries: readonly Delivery[]; onChanged(): void }) {
  const { t } = useTranslation('sources');
  const [shown, setShown] = useUrlState('body', '');
  const columns = useDeliveryColumns();
  return (
    <>
      <QueryTable
        id="source-deliveries"
        columns={columns}
        rows={[...deliveries]}
        rowKey={(delivery) => delivery.id}
        searchPlaceholder={t('deliveries.body')}
        onOpen={(delivery) => setShown(delivery.id)}
        empty={<EmptyState drawing="stream" title={t('setup.last')} sentence={t('deliveries.empty')} />}
      />
      <DeliveryDrawer source={source} delivery={deliveries.find(({ id }) => id === shown)} onClose={() => setShown('')} onChanged={onChanged} />
    </>
  );
}

function useDeliveryColumns(): readonly Column<Delivery>[] {
  const { t } = useTranslation('sources');
  const format = useFormat();
  return useMemo(
    () => [
      { key: 'at', title: t('deliveries.at'), value: (delivery) => delivery.at, render: (delivery) => <TimeText at={delivery.at} withSeconds /> },
      {
        key: 'state',
        title: t('deliveries.state'),
        value: (delivery) => t(`deliveries.states.${delivery.state}`),
        render: (delivery) => <StatusMark meaning={meanings[delivery.state]}>{t(`deliveries.states.${delivery.state}`)}</StatusMark>,
      },
      {
        key: 'accepted',
        title: t('accepted'),
        align: 'right',
        value: (delivery) => delivery.accepted,
        render: (delivery) => format.number(delivery.accepted),
      },
      {
        key: 'refused',
        title: t('refused'),
        align: 'right',
        value: (delivery) => delivery.refused,
        render: (delivery) => format.number(delivery.refused),
      },
      {
        key: 'body',
        title: t('deliveries.body'),
        value: (delivery) => delivery.body,
        render: (delivery) => <code className={styles['peek']}>{delivery.body.slice(0, 120)}</code>,
      },
    ],
    [t, format],
  );
}

interface DeliveryDrawerProps {
  source: Source;
  delivery: Delivery | undefined;
  onClose(): void;
  onChanged(): void;
}

function DeliveryDrawer({ source, delivery, onClose, onChanged }: DeliveryDrawerProps) {
  const { t } = useTranslation('sources');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const can = usePermissions();
  const again = useAct(takeAgain, { refreshes: ['sources.'] });
  if (!delivery) return null;
  const isTakable = source.mapping !== null && !delivery.isCut && delivery.state !== 'unsigned';
  const take = async () => {
    try {
      await again.mutateAsync({ params: { projectId, sourceId: source.id, deliveryId: delivery.id } });
      onChanged();
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Drawer
      open
      onClose={onClose}
      title={<StatusMark meaning={meanings[delivery.state]}>{t(`deliveries.states.${delivery.state}`)}</StatusMark>}
      size={600}
      extra={
        can('sources.write') && isTakable ? (
          <Button loading={again.isPending} onClick={() => void take()}>
            {t('deliveries.again')}
          </Button>
        ) : null
      }
    >
      <div className={styles['preview']}>
        {delivery.duplicates > 0 ? <p className="quiet small">{t('deliveries.duplicates', { count: delivery.duplicates })}</p> : null}
        {delivery.problems.map((problem, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
          <ProblemText key={place} problem={problem} />
        ))}
        <h3>{t('deliveries.body')}</h3>
        {delivery.isCut ? <p className="quiet small">{t('deliveries.cut')}</p> : null}
        <Body text={delivery.body} />
        <h3>{t('deliveries.headers')}</h3>
        <JsonView value={delivery.headers} />
      </div>
    </Drawer>
  );
}

function Body({ text }: { text: string }) {
  try {
    return <JsonView value={JSON.parse(text)} openLevels={3} />;
  } catch {
    return <CodeBlock code={text} />;
  }
}
