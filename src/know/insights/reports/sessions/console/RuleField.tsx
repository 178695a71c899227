import { Checkbox, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../console/Field.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import { type SessionRule, usualRule } from '../rule.ts';
import { EventsField } from './EventsField.tsx';

type Rule = SessionRule | { kind: 'none' };

interface RuleFieldProps<R extends Rule> {
  rule: R;
  kinds: readonly R['kind'][];
  onChange(rule: R): void;
}

/** How sessions are cut. */
export function RuleField<R extends Rule>({ rule, kinds, onChange }: RuleFieldProps<R>) {
  const { t } = useTranslation('insights');
  const choose = (kind: R['kind']) => onChange((kind === 'rule' ? usualRule : { kind }) as R);
  return (
    <>
      <Field label={t('sessions.rule')}>
        {(id) => (
          <Select
            id={id}
            value={rule.kind}
            options={kinds.map((kind) => ({ value: kind, label: t(`sessions.rules.${kind as Rule['kind']}`) }))}
            onChange={choose}
          />
        )}
      </Field>
      {rule.kind === 'rule' ? <CutFields rule={rule} onChange={(next) => onChange(next as R)} /> : null}
    </>
  );
}

function CutFields({ rule, onChange }: { rule: Extract<SessionRule, { kind: 'rule' }>; onChange(rule: SessionRule): void }) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<typeof rule>) => onChange({ ...rule, ...part });
  return (
    <details>
      <summary className={styles['label']}>{t('sessions.ruleSummary', { idle: rule.idleMinutes, hours: rule.lengthMaxHours })}</summary>
      <div className={styles['form']} style={{ marginTop: 12 }}>
        <Field label={t('sessions.idleMinutes')}>
          {(id) => (
            <InputNumber
              id={id}
              style={{ width: '100%' }}
              min={1}
              max={1_440}
              value={rule.idleMinutes}
              onChange={(idleMinutes) => set({ idleMinutes: idleMinutes ?? 30 })}
            />
          )}
        </Field>
        <Field label={t('sessions.lengthMaxHours')}>
          {(id) => (
            <InputNumber
              id={id}
              style={{ width: '100%' }}
              min={1}
              max={168}
              value={rule.lengthMaxHours}
              onChange={(lengthMaxHours) => set({ lengthMaxHours: lengthMaxHours ?? 24 })}
            />
          )}
        </Field>
        <Checkbox checked={rule.midnight} onChange={({ target }) => set({ midnight: target.checked })}>
          {t('sessions.midnight')}
        </Checkbox>
        <Checkbox checked={rule.campaign} onChange={({ target }) => set({ campaign: target.checked })}>
          {t('sessions.campaign')}
        </Checkbox>
        <EventsField
          label={t('sessions.startEvents')}
          placeholder={t('sessions.noEvents')}
          value={rule.startEvents}
          onChange={(startEvents) => set({ startEvents: startEvents.slice(0, 10) })}
        />
        <EventsField
          label={t('sessions.endEvents')}
          placeholder={t('sessions.noEvents')}
          value={rule.endEvents}
          onChange={(endEvents) => set({ endEvents: endEvents.slice(0, 10) })}
        />
      </div>
    </details>
  );
}
