import { useTranslation } from 'react-i18next';
import { readCondition } from '../../../console/audience/issues.ts';
import { useAudienceFields } from '../../../console/audience/use-suggestions.ts';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useAct, useRead } from '../../../console/query.ts';
import { EVERYBODY } from '../../audiences/contract.ts';
import { createSegment, getSegment, updateSegment } from '../contract.ts';
import { type ExampleKey, exampleKeys, exampleOf } from './examples.ts';
import { SegmentForm } from './SegmentForm.tsx';

/** Makes a segment: from nothing, from an example (`?example=loyal`), or from a condition that another page hands over (`?condition=<JSON>&name=`). */
export function NewSegment() {
  const { t } = useTranslation('segments');
  const go = useGo();
  const projectId = useProjectId();
  const [given] = useUrlState('condition', '');
  const [name] = useUrlState('name', '');
  const [example] = useUrlState('example', '');
  const fields = useAudienceFields();
  const create = useAct(createSegment, { refreshes: ['segments.', 'audiences.'] });
  const key = exampleKeys.find((one): one is ExampleKey => one === example);
  if (key && !fields.data && !fields.error) return <PageSkeleton />;
  const fromExample = key && fields.data ? exampleOf(key, fields.data) : undefined;
  const read = given === '' ? undefined : readCondition(given);
  const condition = read && 'condition' in read ? read.condition : (fromExample ?? EVERYBODY);
  return (
    <SegmentForm
      title={t('newTitle')}
      purpose={t('newPurpose')}
      submitText={t('save')}
      draftKey={`segments.${projectId}.new`}
      initial={{ name: name || (fromExample ? t(`examples.${key}.name`) : ''), description: '', condition }}
      isGiven={given !== '' || fromExample !== undefined}
      cancelPath="segments"
      onSubmit={async (values) => {
        const segment = await create.mutateAsync({ params: { projectId }, body: values });
        go(`segments/${segment.segmentId}`, { replace: true });
      }}
    />
  );
}

/** Changes a segment. */
export function EditSegment() {
  const { t } = useTranslation('segments');
  const go = useGo();
  const projectId = useProjectId();
  const segmentId = Number(usePathParam('segmentId'));
  const { data, error, refetch } = useRead(getSegment, { params: { projectId, segmentId } });
  const update = useAct(updateSegment, { refreshes: ['segments.', 'audiences.'] });
  if (!data) return error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const { name, description, condition, version } = data;
  return (
    <SegmentForm
      title={t('editTitle', { name })}
      purpose={t('editPurpose')}
      submitText={t('saveChanges')}
      draftKey={`segments.${projectId}.${segmentId}`}
      initial={{ name, description, condition }}
      version={version}
      cancelPath={`segments/${segmentId}`}
      onSubmit={async ({ version: base, ...values }) => {
        await update.mutateAsync({ params: { projectId, segmentId }, body: { ...values, version: base ?? version } });
        go(`segments/${segmentId}`, { replace: true });
      }}
    />
  );
}
