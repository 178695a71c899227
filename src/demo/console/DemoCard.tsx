import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../console/api.ts';
import { ErrorPanel } from '../../console/kit/ErrorPanel.tsx';
import { Panel } from '../../console/kit/Panel.tsx';
import { LiveDot } from '../../console/kit/StatusMark.tsx';
import { TaskProgress } from '../../console/kit/TaskProgress.tsx';
import { usePermissions } from '../../console/kit/use-permissions.ts';
import { useProjectId } from '../../console/kit/use-project.ts';
import { type Demo, getDemo, setLive } from '../contract.ts';

const POLL_MS = 1_000;

const isUnderWay = (demo: Demo | undefined): boolean => demo?.state === 'waiting' || demo?.state === 'importing';

/** How far the demo data is, and the switch of its live stream. Nothing in a project that is no demo. */
export function DemoCard() {
  const projectId = useProjectId();
  const queries = useQueryClient();
  const { data: demo, error } = useQuery({
    queryKey: ['demo', projectId],
    queryFn: ({ signal }) => call(getDemo, { params: { projectId }, signal }),
    refetchInterval: (query) => (isUnderWay(query.state.data) ? POLL_MS : false),
  });
  const wasUnderWay = useRef(false);
  useEffect(() => {
    // When the data is complete, everything on the page is read again.
    if (wasUnderWay.current && demo?.state === 'ready') void queries.invalidateQueries();
    wasUnderWay.current = isUnderWay(demo);
  }, [demo, queries]);
  if (error) return <ErrorPanel error={error} />;
  if (!demo || demo.state === 'none') return null;
  return <Panel>{demo.state === 'ready' ? <LiveSwitch demo={demo} projectId={projectId} /> : <Filling demo={demo} />}</Panel>;
}

function Filling({ demo }: { demo: Demo }) {
  const { t } = useTranslation('demo');
  if (demo.state === 'waiting') return <TaskProgress title={t('waiting')} done={0} total={undefined} />;
  return (
    <>
      <TaskProgress title={t('filling')} done={demo.done} total={demo.total} state={demo.state === 'failed' ? 'failed' : 'running'} />
      <p className="small quiet">{demo.state === 'failed' ? t('failed') : t('about')}</p>
    </>
  );
}

function LiveSwitch({ demo, projectId }: { demo: Demo; projectId: number }) {
  const { t } = useTranslation('demo');
  const can = usePermissions();
  const queries = useQueryClient();
  const labelId = useId();
  const change = useMutation({
    mutationFn: (isLive: boolean) => call(setLive, { params: { projectId }, body: { isLive } }),
    onSuccess: (answer) => queries.setQueryData(['demo', projectId], answer),
  });
  return (
    <div style={{ display: 'flex', gap: 16, alignItems: 'center', flexWrap: 'wrap' }}>
      <div style={{ flex: '1 1 320px' }}>
        <div id={labelId} style={{ display: 'flex', gap: 8, alignItems: 'center', fontWeight: 500 }}>
          <LiveDot isLive={demo.isLive} />
          {t('live')}
        </div>
        <div className="small quiet">
          {demo.isLive ? t('liveOn') : t('liveOff')} {t('about')}
        </div>
        {change.error ? <ErrorPanel error={change.error} /> : null}
      </div>
      <Switch
        checked={demo.isLive}
        loading={change.isPending}
        disabled={!can('demo.write')}
        onChange={(isLive) => change.mutate(isLive)}
        aria-labelledby={labelId}
      />
    </div>
  );
}
