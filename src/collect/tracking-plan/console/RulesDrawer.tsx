import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type Consequence, defaultRules, type RuleKind, savePlanRules } from '../contract.ts';
import { RuleFields } from './RuleFields.tsx';

interface RulesDrawerProps {
  isOpen: boolean;
  rules: Partial<Record<RuleKind, Consequence>>;
  version: number;
  onClose(): void;
}

/** What a breach of each rule leads to in this project. */
export function RulesDrawer({ isOpen, rules, version, onClose }: RulesDrawerProps) {
  const { t } = useTranslation('tracking-plan');
  const projectId = useProjectId();
  const save = useAct(savePlanRules, { refreshes: ['tracking-plan.'] });
  return (
    <FormDrawer<Record<RuleKind, Consequence>>
      isOpen={isOpen}
      onClose={onClose}
      title={t('rules.title')}
      purpose={t('rules.purpose')}
      submitText={t('save')}
      initialValues={{ ...defaultRules, ...rules }}
      onSubmit={(values) => save.mutateAsync({ params: { projectId }, body: { rules: values, ifVersion: version } })}
    >
      <RuleFields prefix={[]} />
    </FormDrawer>
  );
}
