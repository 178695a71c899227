import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { useSaveKey } from '../../../console/kit/form/use-save-key.ts';
import { Panel } from '../../../console/kit/Panel.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { EVERY_OTHER, type Expired, previewRules, type RetentionRule, type Rulebook, saveRules } from '../contract.ts';
import { ExpiredNote } from './ExpiredNote.tsx';
import styles from './Retention.module.css';
import { RunNow } from './RunNow.tsx';

const FIRST_KEEP_DAYS = 365;

/** The rules, to be changed in place; what they would delete is counted before they are saved. */
export function RulesPanel({ book }: { book: Rulebook }) {
  const { t } = useTranslation('retention');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const can = usePermissions();
  const mayWrite = can('retention.write');
  const [items, setItems] = useState<readonly RetentionRule[]>(book.items);
  const [expired, setExpired] = useState<Expired>();
  const isDirty = JSON.stringify(items) !== JSON.stringify(book.items);
  const preview = useAct(previewRules);
  const save = useAct(saveRules, { refreshes: ['retention.read_rules'] });
  useLeaveGuard(isDirty);
  const change = (next: readonly RetentionRule[]): void => {
    setItems(next);
    setExpired(undefined);
  };
  const run = async (): Promise<void> => {
    try {
      const saved = await save.mutateAsync({ params: { projectId }, body: { items: [...items] } });
      setItems(saved.items);
      message.success(t('rules.saved'));
    } catch (error) {
      message.error(error instanceof Error ? error.message : String(error));
    }
  };
  useSaveKey(() => void run(), mayWrite && isDirty);
  const count = (): void => {
    preview.mutate(
      { params: { projectId }, body: { items: [...items] } },
      { onSuccess: setExpired, onError: (error) => void message.error(error.message) },
    );
  };
  const isReady = items.every((rule) => rule.event !== '');
  return (
    <Panel title={t('rules.title')} note={t('rules.note')} extra={mayWrite ? <RunNow isOff={isDirty || book.items.length === 0} /> : null}>
      <RuleRows items={items} events={book.events} isOff={!mayWrite} onChange={change} />
      {expired ? (
        <div className={styles['told']}>
          <ExpiredNote expired={expired} />
        </div>
      ) : null}
      {mayWrite ? (
        <div className={styles['acts']}>
          <Button type="primary" disabled={!isDirty || !isReady} loading={save.isPending} onClick={() => void run()}>
            {t('rules.save')}
          </Button>
          <Button disabled={!isReady || items.length === 0} loading={preview.isPending} onClick={count}>
            {t('rules.preview')}
          </Button>
        </div>
      ) : null}
      {book.items.length > 0 ? (
        <p className="small quiet">
          {t('rules.next', { at: '' }).replace(/[。.]$/, '')} <TimeText at={book.nextRunAt} />
        </p>
      ) : null}
    </Panel>
  );
}

interface RowsProps {
  items: readonly RetentionRule[];
  events: Rulebook['events'];
  isOff: boolean;
  onChange(items: readonly RetentionRule[]): void;
}

function RuleRows({ items, events, isOff, onChange }: RowsProps) {
  const { t } = useTranslation('retention');
  const used = new Set(items.map((rule) => rule.event));
  const nextEvent = used.has(EVERY_OTHER) ? (events.find(({ event }) => !used.has(event))?.event ?? '') : EVERY_OTHER;
  const put = (place: number, rule: RetentionRule): void => onChange(items.map((each, index) => (index === place ? rule : each)));
  return (
    <>
      {items.length === 0 ? <Alert type="info" showIcon title={t('rules.none')} /> : null}
      <ul className={styles['rules']}>
        {items.map((rule, place) => (
          <li key={rule.event}>
            <RuleRow
              rule={rule}
              options={[EVERY_OTHER, ...events.map(({ event }) => event)].filter((event) => event === rule.event || !used.has(event))}
              isOff={isOff}
              onChange={(next) => put(place, next)}
              onRemove={() => onChange(items.filter((_, index) => index !== place))}
            />
          </li>
        ))}
      </ul>
      {isOff || nextEvent === '' ? null : (
        <Button icon={<PlusOutlined />} onClick={() => onChange([...items, { event: nextEvent, keepDays: FIRST_KEEP_DAYS }])}>
          {t(items.length === 0 ? 'rules.addFirst' : 'rules.add')}
        </Button>
      )}
    </>
  );
}

interface RowProps {
  rule: RetentionRule;
  options: readonly string[];
  isOff: boolean;
  onChange(rule: RetentionRule): void;
  onRemove(): void;
}

function RuleRow({ rule, options, isOff, onChange, onRemove }: RowProps) {
  const { t } = useTranslation('retention');
  const isForEver = rule.keepDays === null;
  return (
    <>
      <Select
        aria-label={t('rules.event')}
        className={styles['event'] ?? ''}
        disabled={isOff}
        showSearch
        value={rule.event}
        options={options.map((event) => ({ value: event, label: event === EVERY_OTHER ? t('rules.every') : event }))}
        onChange={(event: string) => onChange({ ...rule, event })}
      />
      <Select
        aria-label={t('rules.keep')}
        className={styles['span'] ?? ''}
        disabled={isOff}
        value={isForEver ? 'ever' : 'days'}
        options={[
          { value: 'days', label: `${t('rules.keep')} …` },
          { value: 'ever', label: t('rules.ever') },
        ]}
        onChange={(kind: string) => onChange({ ...rule, keepDays: kind === 'ever' ? null : FIRST_KEEP_DAYS })}
      />
      {isForEver ? null : (
        <InputNumber
          aria-label={t('rules.days')}
          className={styles['days'] ?? ''}
          disabled={isOff}
          min={1}
          max={11_000}
          precision={0}
          value={rule.keepDays}
          suffix={t('rules.days')}
          onChange={(days) => onChange({ ...rule, keepDays: days ?? 1 })}
        />
      )}
      {isOff ? null : <Button type="text" aria-label={t('rules.remove')} icon={<DeleteOutlined />} onClick={onRemove} />}
    </>
  );
}
