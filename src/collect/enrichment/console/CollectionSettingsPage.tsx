import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { getCollectionSettings } from '../contract.ts';
import { ChannelsSection } from './ChannelsSection.tsx';
import styles from './CollectionSettings.module.css';
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
  const tabs = (
    <div className={styles['tabs']}>
      <Segmented
        value={section}
        onChange={(next) => setSection(next)}
        options={sections.map((value) => ({ value, label: t(`sections.${value}`) }))}
      />
    </div>
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
