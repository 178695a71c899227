import { Button, Drawer, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AudienceBuilder } from '../../../console/audience/AudienceBuilder.tsx';
import { useAudienceIssues } from '../../../console/audience/use-issues.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { type Condition, EVERYBODY, listAudienceFields } from '../../audiences/contract.ts';
import { Field } from './Field.tsx';
import styles from './QuestionFrame.module.css';

interface AudienceFieldProps<Q extends { audience?: Condition | undefined }> {
  question: Q;
  onChange(question: Q): void;
}

/** Narrows an answer to the members of a segment, or to any audience. */
export function AudienceField<Q extends { audience?: Condition | undefined }>({ question, onChange }: AudienceFieldProps<Q>) {
  const { t } = useTranslation('insights');
  const projectId = useProjectId();
  const [isBuilding, setBuilding] = useState(false);
  const { data } = useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: 60_000 });
  const { audience, ...rest } = question;
  const set = (next: Condition | undefined) => onChange((next ? { ...rest, audience: next } : rest) as Q);
  const isSegment = audience?.kind === 'segment';
  const options = [
    { value: 'all', label: t('everybody') },
    { value: 'own', label: t('ownAudience') },
    ...(data?.segments ?? []).map(({ segmentId, name }) => ({ value: String(segmentId), label: name })),
  ];
  const choose = (next: string) => {
    if (next === 'all') set(undefined);
    else if (next === 'own') setBuilding(true);
    else set({ kind: 'segment', segmentId: Number(next) });
  };
  return (
    <Field label={t('audience')}>
      {(id) => (
        <>
          <div className={styles['row']}>
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              value={!audience ? 'all' : isSegment ? String(audience.segmentId) : 'own'}
              options={options}
              onChange={choose}
            />
            {audience && !isSegment ? <Button onClick={() => setBuilding(true)}>{t('editAudience')}</Button> : null}
          </div>
          {isBuilding ? <AudienceDrawer start={audience ?? EVERYBODY} onClose={() => setBuilding(false)} onApply={set} /> : null}
        </>
      )}
    </Field>
  );
}

function AudienceDrawer({ start, onClose, onApply }: { start: Condition; onClose(): void; onApply(audience: Condition): void }) {
  const { t } = useTranslation('insights');
  const isNarrow = useNarrow();
  const [condition, setCondition] = useState(start);
  const [isRevealed, setRevealed] = useState(false);
  const issues = useAudienceIssues(condition);
  const apply = () => {
    setRevealed(true);
    if (issues.length > 0) return;
    onApply(condition);
    onClose();
  };
  return (
    <Drawer
      open
      onClose={onClose}
      size={isNarrow ? '100%' : 720}
      title={t('audience')}
      mask={{ blur: false }}
      extra={
        <Button type="primary" onClick={apply}>
          {t('apply')}
        </Button>
      }
    >
      <AudienceBuilder value={condition} onChange={setCondition} isRevealed={isRevealed} />
    </Drawer>
  );
}
