import { App, Button, InputNumber, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { type IdRuleView, listIdRules, resetIdRule, saveIdRule } from '../contract.ts';
import { AddKind } from './AddKind.tsx';
import { ConflictPanels } from './ConflictPanels.tsx';
import styles from './Identity.module.css';
import rules from './IdRules.module.css';
import { useKindName } from './use-kind-name.ts';

/** The rules by which ids mean people, and what did not fit them. */
export function IdRulesPage() {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const can = usePermissions();
  const read = useRead(listIdRules, { params: { projectId } });
  const mayChange = can('people.manage_identity');
  return (
    <PageFrame title={t('rules.title')} purpose={t('rules.purpose')}>
      {read.error ? <ErrorPanel error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.data ? (
        <Panel title={t('rules.head')} note={t('rules.note')} isFlush>
          <ul className={styles['rows']}>
            {read.data.items.map((rule) => (
              <RuleRow key={rule.kind} rule={rule} mayChange={mayChange} />
            ))}
          </ul>
          {mayChange ? <AddKind known={read.data.items.map((rule) => rule.kind)} /> : null}
        </Panel>
      ) : read.error ? null : (
        <DetailSkeleton />
      )}
      <ConflictPanels />
    </PageFrame>
  );
}

function RuleRow({ rule, mayChange }: { rule: IdRuleView; mayChange: boolean }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const kindName = useKindName();
  const refreshes = ['people.list_id_rules'];
  const save = useAct(saveIdRule, { refreshes });
  const reset = useAct(resetIdRule, { refreshes });
  const params = { projectId, kind: rule.kind };
  const change = (next: Partial<IdRuleView>): void => {
    const { kind: _, isDefault: __, ...body } = { ...rule, ...next };
    save.mutate({ params, body }, { onError: (error) => void message.error(error.message), onSuccess: () => void message.success(t('rules.saved')) });
  };
  const isOff = !mayChange || save.isPending;
  const name = kindName(rule.kind);
  const isShared = rule.holders === 'several';
  return (
    <li className={rules['rule']}>
      <span className={rules['name']}>
        {name}
        <code className="quiet small"> {rule.kind}</code>
      </span>
      <Select
        size="small"
        aria-label={`${name}: ${t('rules.holders.label')}`}
        disabled={isOff || rule.kind === 'user'}
        value={rule.holders}
        onChange={(holders) => change({ holders })}
        options={(['one', 'several'] as const).map((value) => ({ value, label: t(`rules.holders.${value}`) }))}
      />
      <Select
        size="small"
        className={rules['choice'] ?? ''}
        aria-label={`${name}: ${t('rules.onConflict.label')}`}
        disabled={isOff || isShared}
        value={rule.onConflict}
        onChange={(onConflict) => change({ onConflict })}
        options={(['keep', 'move', 'move_on_identify'] as const).map((value) => ({ value, label: t(`rules.onConflict.${value}`) }))}
      />
      <span className={rules['switch']}>
        <Switch
          size="small"
          aria-label={`${name}: ${t('rules.joins')}`}
          disabled={isOff || isShared || rule.kind === 'user'}
          checked={rule.joins}
          onChange={(joins) => change({ joins })}
        />
        <span className="small">{t('rules.joins')}</span>
      </span>
      <span className={rules['number']}>
        <span className="small">{t('rules.max')}</span>
        <InputNumber
          key={`max${rule.perPersonMax}`}
          size="small"
          min={1}
          max={10_000}
          precision={0}
          aria-label={`${name}: ${t('rules.max')}`}
          placeholder={t('rules.any')}
          disabled={isOff || isShared}
          {...(rule.perPersonMax !== null && { defaultValue: rule.perPersonMax })}
          onBlur={(event) => {
            const perPersonMax = event.target.value === '' ? null : Number(event.target.value);
            if (perPersonMax !== rule.perPersonMax) change({ perPersonMax });
          }}
        />
      </span>
      <span className={rules['number']}>
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
            if (event.target.value !== '' && rank !== rule.rank) change({ rank });
          }}
        />
      </span>
      {mayChange && !rule.isDefault ? (
        <Button size="small" type="text" loading={reset.isPending} onClick={() => reset.mutate({ params })}>
          {t('rules.reset')}
        </Button>
      ) : null}
    </li>
  );
}
