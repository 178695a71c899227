import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type Condition, listAudienceFields } from '../../audiences/contract.ts';
import { Field } from './Field.tsx';

interface AudienceFieldProps {
  audience: Condition | undefined;
  onChange(audience: Condition | undefined): void;
}

/** Narrows an answer to the members of a segment. */
export function AudienceField({ audience, onChange }: AudienceFieldProps) {
  const { t } = useTranslation('insights');
  const projectId = useProjectId();
  const { data } = useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: 60_000 });
  const isSegment = audience?.kind === 'segment';
  const options = [
    { value: 'all', label: t('everybody') },
    ...(audience && !isSegment ? [{ value: 'own', label: t('ownAudience') }] : []),
    ...(data?.segments ?? []).map(({ segmentId, name }) => ({ value: String(segmentId), label: name })),
  ];
  const value = !audience ? 'all' : isSegment ? String(audience.segmentId) : 'own';
  const choose = (next: string) => {
    if (next === 'all') onChange(undefined);
    else if (next !== 'own') onChange({ kind: 'segment', segmentId: Number(next) });
  };
  return (
    <Field label={t('audience')}>
      {(id) => <Select id={id} showSearch={{ optionFilterProp: 'label' }} value={value} options={options} onChange={choose} />}
    </Field>
  );
}
