import { App, Button, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type IdRuleView, resetIdRule, saveIdRule } from '../contract.ts';
import styles from './IdRules.module.css';
import { useKindName } from './use-kind-name.ts';

const refreshes = ['people.list_id_rules'];

/** What the parts of a row share: the rule, its kind in the reader's words, and how to change it. */
interface RuleParts {
  rule: IdRuleView;
  name: string;
  isOff: boolean;
  onChange: (next: Partial<IdRuleView>) => void;
}

/** The rule of one kind of ids; each change is saved at once. */
export function RuleRow({ rule, mayChange }: { rule: IdRuleView; mayChange: boolean }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const name = useKindName()(rule.kind);
  const save = useAct(saveIdRule, { refreshes });
  const change = (next: Partial<IdRuleView>): void => {
    const { kind, isDefault: _, ...body } = { ...rule, ...next };
    save.mutate(
      { params: { projectId, kind }, body },
      { onError: (error) => void message.error(error.message), onSuccess: () => void message.success(t('rules.saved')) },
    );
  };
  const parts: RuleParts = { rule, name, isOff: !mayChange || save.isPending, onChange: change };
  return (
    <li className={styles['rule']}>
      <span className={styles['name']}>
        {name}
        <code className="quiet small"> {rule.kind}</code>
      </span>
      <HoldersAndConflict {...parts} />
      <Joins {...parts} />
      <PerPersonMax {...parts} />
      <Rank {...parts} />
      {mayChange && !rule.isDefault ? <BackToDefault kind={rule.kind} /> : null}
    </li>
  );
}

function HoldersAndConflict({ rule, name, isOff, onChange }: RuleParts) {
  const { t } = useTranslation('people');
  return (
    <>
      <Select
        size="small"
        aria-label={`${name}: ${t('rules.holders.label')}`}
        disabled={isOff || rule.kind === 'user'}
        value={rule.holders}
        onChange={(holders) => onChange({ holders })}
        options={(['one', 'several'] as const).map((value) => ({ value, label: t(`rules.holders.${value}`) }))}
      />
      <Select
        size="small"
        className={styles['choice'] ?? ''}
        aria-label={`${name}: ${t('rules.onConflict.label')}`}
        disabled={isOff || rule.holders === 'several'}
        value={rule.onConflict}
        onChange={(onConflict) => onChange({ onConflict })}
        options={(['keep', 'move', 'move_on_identify'] as const).map((value) => ({ value, label: t(`rules.onConflict.${value}`) }))}
      />
    </>
  );
}

function Joins({ rule, name, isOff, onChange }: RuleParts) {
  const { t } = useTranslation('people');
  return (
    <span className={styles['switch']}>
      <Switch
        size="small"
        aria-label={`${name}: ${t('rules.joins')}`}
        disabled={isOff || rule.holders === 'several' || rule.kind === 'user'}
        checked={rule.joins}
        onChange={(joins) => onChange({ joins })}
      />
      <span className="small">{t('rules.joins')}</span>
    </span>
  );
}

/** How many ids of the kind a person may have; empty: any number. */
function PerPersonMax({ rule, name, isOff, onChange }: RuleParts) {
  const { t } = useTranslation('people');
  return (
    <span className={styles['number']}>
      <span className="small">{t('rules.max')}</span>
      <InputNumber
        key={`max${rule.perPersonMax}`}
        size="small"
        min={1}
        max={10_000}
        precision={0}
        aria-label={`${name}: ${t('rules.max')}`}
        placeholder={t('rules.any')}
        disabled={isOff || rule.holders === 'several'}
        {...(rule.perPersonMax !== null && { defaultValue: rule.perPersonMax })}
        onBlur={(event) => {
          const perPersonMax = event.target.value === '' ? null : Number(event.target.value);
          if (perPersonMax !== rule.perPersonMax) onChange({ perPersonMax });
        }}
      />
    </span>
  );
}

function Rank({ rule, name, isOff, onChange }: RuleParts) {
  const { t } = useTranslation('people');
  return (
    <span className={styles['number']}>
      <span className="small">{t('rules.rank')}</span>
      <InputNumber
        key={`rank${rule.rank}`}
        size="small"
        min={0}
        max={1_000}
        precision={0}
        aria-label={`${name}: ${t('rules.rank')}`}
        disabled={isOff}
        defaultValue={rule.rank}
        onBlur={(event) => {
          const rank = Number(event.target.value);
          if (event.target.value !== '' && rank !== rule.rank) onChange({ rank });
        }}
      />
    </span>
  );
}

function BackToDefault({ kind }: { kind: string }) {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const reset = useAct(resetIdRule, { refreshes });
  return (
    <Button size="small" type="text" loading={reset.isPending} onClick={() => reset.mutate({ params: { projectId, kind } })}>
      {t('rules.reset')}
    </Button>
  );
}
