import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { usePropertyOptions } from '../../../console/EventSelect.tsx';
import type { PathsAnswer } from '../answer.ts';
import type { PathNode, PathsQuestion } from '../question.ts';

interface NodeActionsProps {
  node: PathsAnswer['nodes'][number];
  name: string;
  question: PathsQuestion;
  onChange(question: PathsQuestion): void;
  onPeople(): void;
}

/** What can be asked of a step that was clicked. */
export function NodeActions({ node, name, question, onChange, onPeople }: NodeActionsProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const { place } = node;
  const step: PathNode | undefined =
    place.kind === 'step' ? { event: place.event, ...(place.value !== undefined && { value: place.value }) } : undefined;
  return (
    <fieldset
      style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center', border: 0, padding: 0, margin: '12px 0 0' }}
      aria-label={name}
    >
      <strong style={{ overflowWrap: 'anywhere' }}>{name}</strong>
      <Button size="small" onClick={onPeople}>
        {t('paths.seePeople', { formatted: format.number(node.people) })}
      </Button>
      {step ? (
        <>
          <Button size="small" onClick={() => onChange({ ...question, start: step })}>
            {t('paths.startHere')}
          </Button>
          <Button size="small" onClick={() => onChange({ ...question, end: step })}>
            {t('paths.endHere')}
          </Button>
          <Expand step={step} question={question} onChange={onChange} />
        </>
      ) : null}
    </fieldset>
  );
}

/** Tells the step's events apart by one property more. */
function Expand({ step, question, onChange }: Pick<NodeActionsProps, 'question' | 'onChange'> & { step: PathNode }) {
  const { t } = useTranslation('insights');
  const options = usePropertyOptions(step.event, false, undefined);
  const expand = (property: string) => {
    if (step.value === undefined)
      return onChange({ ...question, labels: [...question.labels.filter((label) => label.event !== step.event), { event: step.event, property }] });
    return onChange({ ...question, expanded: [...question.expanded, { node: step, property }].slice(-5) });
  };
  return (
    <>
      <Select
        size="small"
        showSearch
        value={null}
        style={{ minWidth: 160 }}
        aria-label={t('paths.expand')}
        placeholder={t('paths.expand')}
        options={options.map(({ value, label }) => ({ value, label }))}
        popupMatchSelectWidth={240}
        onChange={(property: string | null) => property && expand(property)}
      />
      {question.expanded.length > 0 ? (
        <Button size="small" type="text" onClick={() => onChange({ ...question, expanded: [] })}>
          {t('paths.collapseAgain')}
        </Button>
      ) : null}
    </>
  );
}
