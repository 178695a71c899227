import { useLocation } from '@tanstack/react-router';
import { useMemo } from 'react';
import { usePermissions } from '../kit/use-permissions.ts';
import type { ScreenDefinition, Stage } from '../screens.ts';
import { screens } from '../slices.ts';

/** An entry of the rail. */
export interface Entry {
  path: string;
  navigation: NonNullable<ScreenDefinition['navigation']>;
}

const stages: readonly Stage[] = ['home', 'collect', 'know', 'try', 'reward', 'reach', 'listen', 'prove', 'settings'];

function isEntry(screen: ScreenDefinition): screen is ScreenDefinition & Entry {
  return screen.navigation !== undefined && screen.scope !== 'workspace';
}

/** The stages that the member may see something of, in the order of the loop, with their entries. */
export function useNavigation(): { stage: Stage; entries: Entry[] }[] {
  const can = usePermissions();
  return useMemo(() => {
    const seen = screens.filter(isEntry).filter((screen) => can(screen.permission));
    return stages
      .map((stage) => ({
        stage,
        entries: seen.filter((one) => one.navigation.stage === stage).toSorted((a, b) => a.navigation.order - b.navigation.order),
      }))
      .filter((group) => group.entries.length > 0);
  }, [can]);
}

/** The entry that the page belongs to: the one whose path is the longest beginning of the address. */
export function useCurrentEntry(): Entry | undefined {
  const { pathname } = useLocation();
  return useMemo(() => {
    const below = pathname.replace(/^\/p\/\d+\/?/, '');
    const fitting = screens.filter(isEntry).filter(({ path }) => below === path || below.startsWith(`${path}/`));
    return fitting.toSorted((a, b) => b.path.length - a.path.length)[0];
  }, [pathname]);
}
