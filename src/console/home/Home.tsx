import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/EmptyState.tsx';
import { PageFrame } from '../kit/PageFrame.tsx';
import { PageSkeleton } from '../kit/Skeletons.tsx';
import { usePermissions } from '../kit/use-permissions.ts';
import { useProject } from '../kit/use-project.ts';
import { homeCards } from '../slices.ts';
import { FirstEvent } from './FirstEvent.tsx';
import { HomeCard } from './HomeCard.tsx';
import { StepsPanel } from './StepsPanel.tsx';
import { useFirstSteps } from './use-first-steps.ts';

/** A project's home: what is live with the next step, or how to send the first event while nothing has come yet. */
export function Home() {
  const { t } = useTranslation('console');
  const project = useProject();
  const can = usePermissions();
  const steps = useFirstSteps();
  const cards = homeCards.filter((card) => can(card.permission));
  const [first] = steps;
  // The demo fills itself: it never asks for a first event.
  const isEmpty = first !== undefined && !first.isDone && !project.isDemo;
  if (isEmpty && first.isDone === undefined) return <PageSkeleton />;
  if (isEmpty) {
    return (
      <PageFrame title={t('home.emptyTitle')} purpose={t('home.emptyPurpose', { project: project.name })}>
        <FirstEvent watchPath={first.path} />
        <StepsPanel steps={steps} />
      </PageFrame>
    );
  }
  return (
    <PageFrame title={project.name} documentTitle={t('home.title')} purpose={t('home.purpose')}>
      {steps.some((step) => step.isDone === false) ? <StepsPanel steps={steps} /> : null}
      {cards.map((card) => (
        <HomeCard key={card.key} card={card} />
      ))}
      {cards.length === 0 && steps.length === 0 ? <EmptyState drawing="stream" title={t('home.quiet')} sentence={t('home.quietSentence')} /> : null}
    </PageFrame>
  );
}
