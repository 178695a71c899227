import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { listQuarantine } from '../contract.ts';

const paths = { events: 'tracking-plan', traits: 'tracking-plan/traits', quarantine: 'tracking-plan/quarantine', history: 'tracking-plan/history' };
const REFRESH_MS = 15_000;

/** The parts of the tracking plan, with how many events wait in quarantine. */
export function PlanTabs({ at }: { at: keyof typeof paths }) {
  const { t } = useTranslation('tracking-plan');
  const go = useGo();
  const format = useFormat();
  const projectId = useProjectId();
  const { data } = useRead(listQuarantine, { params: { projectId }, query: { limit: 1 } }, { refetchIntervalMs: REFRESH_MS });
  const waiting = data?.counts.quarantined ?? 0;
  const labelOf = (key: string) => (key === 'quarantine' && waiting > 0 ? `${t('tabs.quarantine')} · ${format.compact(waiting)}` : t(`tabs.${key}`));
  return (
    <Tabs
      activeKey={at}
      onChange={(key) => go(paths[key as keyof typeof paths])}
      items={Object.keys(paths).map((key) => ({ key, label: labelOf(key) }))}
      tabBarStyle={{ marginBottom: 0 }}
    />
  );
}
