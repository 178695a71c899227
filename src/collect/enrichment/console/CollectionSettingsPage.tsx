import { Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { getCollectionSettings } from '../contract.ts';
import { ChannelsSection } from './ChannelsSection.tsx';
import { GeneralSection } from './GeneralSection.tsx';
import { PersonalSection } from './PersonalSection.tsx';
import { RatesSection } from './RatesSection.tsx';
import { TryOutSection } from './TryOutSection.tsx';

const sections = ['general', 'channels', 'currency', 'personal', 'test'] as const;

/** What every event gains and loses on its way in. */
export function CollectionSettingsPage() {
  const { t } = useTranslation('enrichment');
  const projectId = useProjectId();
  const [section, setSection] = useUrlState('section', 'general');
  const { data, error, refetch } = useRead(getCollectionSettings, { params: { projectId } });
  const isNarrow = useNarrow();
  const options = sections.map((value) => ({ value, label: t(`sections.${value}`) }));
  const tabs = isNarrow ? (
    <Select<string> aria-label={t('title')} value={section} onChange={(next) => setSection(next)} options={options} style={{ width: '100%' }} />
  ) : (
    <Segmented value={section} onChange={(next) => setSection(next)} options={options} />
  );
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} below={tabs}>
      {error ? <ErrorPanel error={error} onRetry={() => void refetch()} /> : null}
      {data || error ? null : <DetailSkeleton />}
      {data && section === 'general' ? <GeneralSection key={projectId} settings={data} /> : null}
      {section === 'channels' ? <ChannelsSection key={projectId} /> : null}
      {data && section === 'currency' ? <RatesSection key={projectId} settings={data} /> : null}
      {data && section === 'personal' ? <PersonalSection key={projectId} settings={data} /> : null}
      {section === 'test' ? <TryOutSection key={projectId} /> : null}
    </PageFrame>
  );
}
