import { type ComponentType, type CSSProperties, lazy, Suspense } from 'react';
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx';
import { DetailSkeleton } from '../kit/Skeletons.tsx';
import type { HomeCardDefinition } from '../screens.ts';
import styles from './Home.module.css';

const loaded = new Map<string, ComponentType>();

/** `lazy` must be made once per card, not once per render. */
function componentOf(card: HomeCardDefinition): ComponentType {
  const known = loaded.get(card.key);
  if (known) return known;
  const component = lazy(async () => ({ default: await card.load() }));
  loaded.set(card.key, component);
  return component;
}

/** One card of a slice at its place in the grid; a fault stays inside it. */
export function HomeCard({ card }: { card: HomeCardDefinition }) {
  const Card = componentOf(card);
  return (
    <div className={styles['card']} style={{ '--span': `span ${card.span ?? 4}` } as CSSProperties}>
      <ErrorBoundary isSmall>
        <Suspense fallback={<DetailSkeleton />}>
          <Card />
        </Suspense>
      </ErrorBoundary>
    </div>
  );
}
