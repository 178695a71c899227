import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../console/Field.tsx';
import { type PathsQuestion, pathsSchema } from '../question.ts';
import type { PathsFormProps } from './paths-form-props.ts';

/** Between a pattern and what stands in its place. */
const ARROW = '=>';

/** Groups and replacements of values, one a line. What cannot be read is said and not asked. */
export function Cleaning({ question, onChange }: PathsFormProps) {
  const { t } = useTranslation('insights');
  return (
    <>
      <Lines
        label={t('paths.groupings')}
        placeholder={t('paths.groupingsExample')}
        text={question.groupings.join('\n')}
        read={(lines) => ({ groupings: lines })}
        question={question}
        onChange={onChange}
      />
      <Lines
        label={t('paths.cleaning')}
        placeholder={t('paths.cleaningExample')}
        text={question.cleaning.map(({ pattern, replacement }) => `${pattern} ${ARROW} ${replacement}`).join('\n')}
        read={(lines) => ({
          cleaning: lines.map((line) => {
            const [pattern = '', replacement = ''] = line.split(ARROW);
            return { pattern: pattern.trim(), replacement: replacement.trim() };
          }),
        })}
        question={question}
        onChange={onChange}
      />
    </>
  );
}

interface LinesProps extends PathsFormProps {
  label: string;
  placeholder: string;
  text: string;
  read(lines: string[]): Partial<PathsQuestion>;
}

function Lines({ label, placeholder, text, read, question, onChange }: LinesProps) {
  const { t } = useTranslation('insights');
  const [isFaulty, setFaulty] = useState(false);
  const take = (next: string) => {
    const lines = next
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const checked = pathsSchema.safeParse({ ...question, ...read(lines) });
    setFaulty(!checked.success);
    if (checked.success && next !== text) onChange(checked.data);
  };
  return (
    <Field label={label}>
      {(id) => (
        <>
          <Input.TextArea
            key={text}
            id={id}
            autoSize={{ minRows: 2, maxRows: 6 }}
            defaultValue={text}
            placeholder={placeholder}
            status={isFaulty ? 'error' : ''}
            onBlur={({ target }) => take(target.value)}
          />
          {isFaulty ? (
            <span role="alert" style={{ color: 'var(--danger)' }}>
              {t('paths.unreadable')}
            </span>
          ) : null}
        </>
      )}
    </Field>
  );
}
