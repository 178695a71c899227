import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { Panel } from '../../../console/kit/Panel.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { type ChannelRule, getChannelRules, putChannelRules, resetChannelRules, UNASSIGNED_CHANNEL } from '../contract.ts';
import { ChannelRuleDrawer } from './ChannelRuleDrawer.tsx';
import styles from './CollectionSettings.module.css';
import { RuleWords } from './RuleWords.tsx';
import { TryChannel } from './TryChannel.tsx';
import { useChannelName } from './use-channel-name.ts';

/** The ordered table of channels, with a box to try it before it is saved. */
export function ChannelsSection() {
  const projectId = useProjectId();
  const { data, error, refetch } = useRead(getChannelRules, { params: { projectId } });
  if (error) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (!data) return <DetailSkeleton />;
  // A table that was saved or reset elsewhere is shown anew.
  return <ChannelTable key={JSON.stringify(data)} saved={data.rules} isOwn={data.isOwn} />;
}

function ChannelTable({ saved, isOwn }: { saved: ChannelRule[]; isOwn: boolean }) {
  const { t } = useTranslation('enrichment');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const mayWrite = usePermissions()('enrichment.write');
  const [rules, setRules] = useState<readonly ChannelRule[]>(saved);
  const [edited, setEdited] = useState<number | 'new'>();
  const [metIndex, setMetIndex] = useState<number>();
  const isDirty = rules !== saved;
  const put = useAct(putChannelRules, { refreshes: ['enrichment.get_channel_rules'] });
  useLeaveGuard(isDirty);
  const change = (next: readonly ChannelRule[]) => {
    setRules(next);
    setMetIndex(undefined);
  };
  const save = async () => {
    try {
      await put.mutateAsync({ params: { projectId }, body: { rules: [...rules] } });
      message.success(t('saved'));
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  const keep = (rule: ChannelRule) => {
    change(edited === 'new' ? [rule, ...rules] : rules.map((each, index) => (index === edited ? rule : each)));
    setEdited(undefined);
  };
  return (
    <>
      <Panel title={t('channels.title')} note={t('channels.note')} isFlush>
        <div className={styles['bar']}>
          <p className="quiet">{isOwn ? t('channels.own') : t('channels.usual')}</p>
          {mayWrite ? (
            <div className={styles['end']}>
              {isOwn ? <ResetButton count={saved.length} /> : null}
              <Button onClick={() => setEdited('new')}>{t('channels.add')}</Button>
              <Button type="primary" disabled={!isDirty} loading={put.isPending} onClick={() => void save()}>
                {t('save')}
              </Button>
            </div>
          ) : null}
        </div>
        <RuleList rules={rules} metIndex={metIndex} onChange={mayWrite ? change : undefined} onEdit={setEdited} />
      </Panel>
      <TryChannel rules={rules} onMet={setMetIndex} />
      {edited === undefined ? null : (
        <ChannelRuleDrawer
          rule={edited === 'new' ? undefined : rules[edited]}
          number={edited === 'new' ? undefined : edited + 1}
          onKeep={keep}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

interface RuleListProps {
  rules: readonly ChannelRule[];
  /** The rule that the tried arrival met. */
  metIndex: number | undefined;
  /** Absent: the reader may only look. */
  onChange: ((rules: readonly ChannelRule[]) => void) | undefined;
  onEdit(index: number): void;
}

function RuleList({ rules, metIndex, onChange, onEdit }: RuleListProps) {
  const { t } = useTranslation('enrichment');
  const nameOf = useChannelName();
  const [dragged, setDragged] = useState<number>();
  const drop = (to: number) => {
    if (dragged !== undefined && dragged !== to) onChange?.(moved(rules, dragged, to));
    setDragged(undefined);
  };
  return (
    <ol className={styles['rules']}>
      {rules.map((rule, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own; the row holds no state
          key={index}
          className={`${styles['rule']} ${metIndex === index ? styles['met'] : ''} ${dragged === index ? styles['dragged'] : ''}`}
          draggable={onChange !== undefined}
          onDragStart={() => setDragged(index)}
          onDragEnd={() => setDragged(undefined)}
          onDragOver={(event) => event.preventDefault()}
          onDrop={() => drop(index)}
        >
          <span className={`${styles['number']} quiet`}>{index + 1}</span>
          <span className={styles['name']}>{nameOf(rule.channel)}</span>
          <div className={styles['words']}>
            <RuleWords rule={rule} />
          </div>
          {onChange ? <RowButtons rules={rules} index={index} onChange={onChange} onEdit={() => onEdit(index)} /> : null}
        </li>
      ))}
      <li className={styles['rule']}>
        <span />
        <span className="quiet">{t('channels.otherwise', { channel: nameOf(UNASSIGNED_CHANNEL) })}</span>
      </li>
    </ol>
  );
}

function moved(rules: readonly ChannelRule[], from: number, to: number): ChannelRule[] {
  const next = [...rules];
  const [rule] = next.splice(from, 1);
  if (rule) next.splice(to, 0, rule);
  return next;
}

interface RowButtonsProps {
  rules: readonly ChannelRule[];
  index: number;
  onChange(rules: readonly ChannelRule[]): void;
  onEdit(): void;
}

function RowButtons({ rules, index, onChange, onEdit }: RowButtonsProps) {
  const { t } = useTranslation('enrichment');
  const move = (by: -1 | 1) => onChange(moved(rules, index, index + by));
  const button = (label: string, icon: ReactNode, act: () => void, isOff = false) => (
    <Tooltip title={label}>
      <Button type="text" size="small" aria-label={`${label} (${index + 1})`} icon={icon} disabled={isOff} onClick={act} />
    </Tooltip>
  );
  return (
    <span className={styles['buttons']}>
      {button(t('channels.up'), <ArrowUpOutlined />, () => move(-1), index === 0)}
      {button(t('channels.down'), <ArrowDownOutlined />, () => move(1), index === rules.length - 1)}
      {button(t('channels.edit'), <EditOutlined />, onEdit)}
      {button(t('channels.remove'), <DeleteOutlined />, () => onChange(rules.filter((_, place) => place !== index)), rules.length === 1)}
    </span>
  );
}

function ResetButton({ count }: { count: number }) {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const confirm = useConfirmDanger();
  const reset = useAct(resetChannelRules, { refreshes: ['enrichment.get_channel_rules'] });
  const ask = () =>
    confirm({
      title: t('channels.resetAsk'),
      consequence: t('channels.resetTold', { count }),
      action: t('channels.reset'),
      onConfirm: () => reset.mutateAsync({ params: { projectId } }),
    });
  return <Button onClick={ask}>{t('channels.reset')}</Button>;
}
