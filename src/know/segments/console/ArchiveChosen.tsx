import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '../../../console/api.ts';
import { useConfirmDanger } from '../../../console/kit/use-confirm-danger.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { queryClient, refresh } from '../../../console/query.ts';
import { archiveSegment, restoreSegment, type SegmentView } from '../contract.ts';

const UNDO_SHOWN_SECONDS = 8;

/** Archives the chosen segments after asking; says which could not be, and offers to take it back. */
export function ArchiveChosen({ segments, onDone }: { segments: readonly SegmentView[]; onDone(): void }) {
  const { t } = useTranslation('segments');
  const format = useFormat();
  const confirm = useConfirmDanger();
  const { message } = App.useApp();
  const projectId = useProjectId();
  const [isUndoing, setUndoing] = useState(false);
  const live = segments.filter((segment) => segment.state === 'live');
  const people = live.reduce((sum, segment) => sum + segment.size, 0);
  const undo = async (ids: readonly number[]) => {
    setUndoing(true);
    message.destroy();
    await Promise.allSettled(ids.map((segmentId) => call(restoreSegment, { params: { projectId, segmentId } })));
    await refresh(queryClient, ['segments.', 'audiences.']);
    setUndoing(false);
  };
  const archive = async () => {
    const outcomes = await Promise.allSettled(live.map(({ segmentId }) => call(archiveSegment, { params: { projectId, segmentId } })));
    await refresh(queryClient, ['segments.', 'audiences.']);
    onDone();
    const done = live.filter((_, index) => outcomes[index]?.status === 'fulfilled').map((segment) => segment.segmentId);
    const refusals = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' && outcome.reason instanceof ApiError ? [outcome.reason.message] : [],
    );
    for (const refusal of refusals) message.error(refusal, UNDO_SHOWN_SECONDS);
    if (done.length === 0) return;
    const content = (
      <>
        {t('bulk.archived', { count: done.length })}{' '}
        <Button size="small" type="link" onClick={() => void undo(done)}>
          {t('bulk.undo')}
        </Button>
      </>
    );
    message.open({ type: 'success', content, duration: UNDO_SHOWN_SECONDS });
  };
  const ask = () =>
    confirm({
      title: t('bulk.title', { count: live.length }),
      consequence: t('bulk.consequence', { number: format.number(people) }),
      action: t('archive'),
      onConfirm: archive,
    });
  return (
    <>
      <span>{t('bulk.chosen', { count: segments.length })}</span>
      <Button size="small" disabled={live.length === 0} loading={isUndoing} onClick={ask}>
        {t('archive')}
      </Button>
      <Button size="small" type="text" onClick={onDone}>
        {t('bulk.clear')}
      </Button>
    </>
  );
}
