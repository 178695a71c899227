import { App, Checkbox, Input, InputNumber, Radio, Select, Slider } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listAudienceFields } from '../../../know/audiences/contract.ts';
import type { JourneyDefinition } from '../contract.ts';
import { EventFields } from './EventFields.tsx';
import styles from './forms.module.css';
import { Labelled } from './Labelled.tsx';
import type { Draft } from './use-draft-saving.ts';

const WINDOW_FIRST_DAYS = 7;
const CONTROL_SHOWN_MAX = 50;

/** Who enters. */
export function TriggerForm({ draft }: { draft: Draft }) {
  const { t } = useTranslation('journeys');
  const projectId = useProjectId();
  const { data } = useRead(listAudienceFields, { params: { projectId } });
  const { trigger } = draft.definition;
  const set = (next: JourneyDefinition['trigger']) => draft.change((before) => ({ ...before, trigger: next }));
  return (
    <div className={styles['form']}>
      <Radio.Group
        value={trigger.kind}
        onChange={({ target }) => set(target.value === 'event' ? { kind: 'event', event: '', where: [] } : { kind: 'segment', segmentId: null })}
        options={[
          { value: 'event', label: t('trigger.event') },
          { value: 'segment', label: t('trigger.segment') },
        ]}
        vertical
      />
      {trigger.kind === 'event' ? (
        <Labelled label={t('trigger.eventLabel')}>
          {(id) => <EventFields id={id} event={trigger.event} where={trigger.where} onChange={(change) => set({ ...trigger, ...change })} />}
        </Labelled>
      ) : (
        <Labelled label={t('trigger.segmentLabel')}>
          {(id) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('trigger.segmentPlaceholder')}
              value={trigger.segmentId}
              options={(data?.segments ?? []).map((one) => ({ value: one.segmentId, label: one.name }))}
              onChange={(segmentId) => set({ kind: 'segment', segmentId })}
            />
          )}
        </Labelled>
      )}
    </div>
  );
}

/** Name, goal, control group and re-entry. */
export function SettingsForm({ draft }: { draft: Draft }) {
  const { t } = useTranslation('journeys');
  const { message } = App.useApp();
  const { controlPercent } = draft.definition;
  const rename = (name: string) => {
    if (name.trim() === '' || name.trim() === draft.journey.name) return;
    draft.rename(name.trim()).catch((error: unknown) => void message.error(error instanceof Error ? error.message : String(error)));
  };
  return (
    <div className={styles['form']}>
      <Labelled label={t('name')}>
        {(id) => (
          <Input
            id={id}
            defaultValue={draft.journey.name}
            maxLength={100}
            onBlur={({ target }) => rename(target.value)}
            onPressEnter={({ currentTarget }) => rename(currentTarget.value)}
          />
        )}
      </Labelled>
      <GoalFields draft={draft} />
      <Labelled label={t('control.title')} help={t('control.help')}>
        {(id) => (
          <div className={styles['row']}>
            <Slider
              style={{ flex: 1 }}
              ariaLabelForHandle={t('control.title')}
              min={0}
              max={CONTROL_SHOWN_MAX}
              value={controlPercent}
              onChange={(percent) => draft.change((before) => ({ ...before, controlPercent: percent }))}
            />
            <InputNumber
              id={id}
              min={0}
              max={90}
              precision={0}
              suffix="%"
              value={controlPercent}
              onChange={(percent) => draft.change((before) => ({ ...before, controlPercent: percent ?? 0 }))}
            />
          </div>
        )}
      </Labelled>
      <ReentryFields draft={draft} />
    </div>
  );
}

function GoalFields({ draft }: { draft: Draft }) {
  const { t } = useTranslation('journeys');
  const goal = draft.definition.goal ?? { event: '', where: [], windowDays: WINDOW_FIRST_DAYS };
  const set = (change: Partial<typeof goal>) => draft.change((before) => ({ ...before, goal: { ...(before.goal ?? goal), ...change } }));
  return (
    <>
      <Labelled label={t('goal.title')} help={t('goal.help')}>
        {(id) => <EventFields id={id} event={goal.event} where={goal.where} onChange={set} />}
      </Labelled>
      <Labelled label={t('goal.window')}>
        {(id) => (
          <div className={styles['row']}>
            <InputNumber
              id={id}
              min={1}
              max={365}
              precision={0}
              value={goal.windowDays}
              onChange={(days) => set({ windowDays: days ?? WINDOW_FIRST_DAYS })}
            />
            {t('goal.days')}
          </div>
        )}
      </Labelled>
      <Checkbox
        checked={draft.definition.exitOnGoal}
        onChange={({ target }) => draft.change((before) => ({ ...before, exitOnGoal: target.checked }))}
      >
        {t('goal.exit')}
      </Checkbox>
    </>
  );
}

function ReentryFields({ draft }: { draft: Draft }) {
  const { t } = useTranslation('journeys');
  const { reentry } = draft.definition;
  const set = (next: JourneyDefinition['reentry']) => draft.change((before) => ({ ...before, reentry: next }));
  const choose = (kind: JourneyDefinition['reentry']['kind']) => set(kind === 'after_days' ? { kind, days: 30 } : { kind });
  return (
    <Labelled label={t('reentry.title')}>
      {(id) => (
        <div className={styles['row']}>
          <Select
            id={id}
            style={{ minWidth: 200 }}
            value={reentry.kind}
            options={(['once', 'after_exit', 'after_days'] as const).map((kind) => ({ value: kind, label: t(`reentry.${kind}`) }))}
            onChange={choose}
          />
          {reentry.kind === 'after_days' ? (
            <>
              <InputNumber
                aria-label={t('reentry.days')}
                min={1}
                max={365}
                precision={0}
                value={reentry.days}
                onChange={(days) => set({ kind: 'after_days', days: days ?? 30 })}
              />
              {t('reentry.days')}
            </>
          ) : null}
        </div>
      )}
    </Labelled>
  );
}
