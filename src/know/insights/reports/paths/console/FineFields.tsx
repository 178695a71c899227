import { Checkbox, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../console/Field.tsx';
import styles from '../../../console/QuestionFrame.module.css';
import type { PathsQuestion } from '../question.ts';
import { Cleaning } from './Cleaning.tsx';
import type { PathsFormProps } from './paths-form-props.ts';

/** What few readers change. */
export function FineFields({ question, onChange }: PathsFormProps) {
  const { t } = useTranslation('insights');
  const set = (part: Partial<PathsQuestion>) => onChange({ ...question, ...part });
  return (
    <details>
      <summary className={styles['label']}>{t('paths.fine')}</summary>
      <div className={styles['form']} style={{ marginTop: 12 }}>
        <Count name="maxSteps" min={2} max={20} question={question} onChange={onChange} />
        <Count name="topNodesPerStep" min={1} max={50} question={question} onChange={onChange} />
        <Count name="edgeLimit" min={1} max={500} question={question} onChange={onChange} />
        <Bound name="minEdgeWeight" question={question} onChange={onChange} />
        <Bound name="maxEdgeWeight" question={question} onChange={onChange} />
        <Field label={t('paths.time')}>
          {(id) => (
            <Select
              id={id}
              value={question.time}
              options={(['median', 'average'] as const).map((value) => ({ value, label: t(`paths.times.${value}`) }))}
              onChange={(time) => set({ time })}
            />
          )}
        </Field>
        <Checkbox checked={question.collapse} onChange={({ target }) => set({ collapse: target.checked })}>
          {t('paths.collapse')}
        </Checkbox>
        <Cleaning question={question} onChange={onChange} />
      </div>
    </details>
  );
}

interface CountProps extends PathsFormProps {
  name: 'maxSteps' | 'topNodesPerStep' | 'edgeLimit';
  min: number;
  max: number;
}

function Count({ name, min, max, question, onChange }: CountProps) {
  const { t } = useTranslation('insights');
  return (
    <Field label={t(`paths.${name}`)}>
      {(id) => (
        <InputNumber
          id={id}
          style={{ width: '100%' }}
          min={min}
          max={max}
          value={question[name]}
          onChange={(value) => value !== null && onChange({ ...question, [name]: value })}
        />
      )}
    </Field>
  );
}

/** A bound of an edge's weight, or none. */
function Bound({ name, question, onChange }: PathsFormProps & { name: 'minEdgeWeight' | 'maxEdgeWeight' }) {
  const { t } = useTranslation('insights');
  const { [name]: current, ...rest } = question;
  return (
    <Field label={t(`paths.${name}`)}>
      {(id) => (
        <InputNumber
          id={id}
          style={{ width: '100%' }}
          min={0}
          max={1_000_000_000}
          value={current ?? null}
          onChange={(value) => onChange((value === null ? rest : { ...question, [name]: value }) as PathsQuestion)}
        />
      )}
    </Field>
  );
}
