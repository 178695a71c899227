import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermissions } from '../kit/use-permissions.ts';
import { useProjectId } from '../kit/use-project.ts';
import type { Finding } from '../screens.ts';
import { commands, finders } from '../slices.ts';
import { useNavigation } from './navigation.ts';

/** A line of the palette. */
export interface PaletteItem extends Finding {
  key: string;
  group: string;
}

const FOUND_SHOWN_MAX = 6;
const SEARCH_LENGTH_MIN = 2;

/** What the palette offers for a text: pages, things to create, and what the slices' finders find. */
export function usePaletteItems(text: string, isOpen: boolean): { items: PaletteItem[]; isSearching: boolean } {
  const { t } = useTranslation('console');
  const can = usePermissions();
  const projectId = useProjectId();
  const groups = useNavigation();
  const fixed = useMemo(() => {
    const pages = groups.flatMap(({ stage, entries }) =>
      entries.map(({ path, navigation }) => ({
        key: `go:${path}`,
        group: t('palette.go'),
        title: t(navigation.label),
        detail: stage === 'home' ? '' : t(`stage.${stage}`),
        path,
      })),
    );
    const homePage = { key: 'go:', group: t('palette.go'), title: t('home.title'), detail: '', path: '' };
    const makes = commands
      .filter((command) => can(command.permission))
      .map((command) => ({ key: `make:${command.path}`, group: t('palette.create'), title: t(command.label), detail: '', path: command.path }));
    return [homePage, ...pages, ...makes];
  }, [groups, can, t]);
  const wanted = text.trim();
  const found = useQuery({
    queryKey: ['palette', projectId, wanted],
    enabled: isOpen && wanted.length >= SEARCH_LENGTH_MIN,
    queryFn: async ({ signal }) => {
      const answers = await Promise.allSettled(
        finders
          .filter((finder) => can(finder.permission))
          .map(async (finder) => ({ label: finder.label, findings: await finder.find({ projectId, text: wanted, signal }) })),
      );
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    },
  });
  const items = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = fixed.filter((item) => words.every((word) => `${item.title} ${item.detail} ${item.path}`.toLowerCase().includes(word)));
    const findings = (wanted.length >= SEARCH_LENGTH_MIN ? (found.data ?? []) : []).flatMap(({ label, findings: list }) =>
      list.slice(0, FOUND_SHOWN_MAX).map((finding) => ({ ...finding, key: `${label}:${finding.path}`, group: t(label) })),
    );
    return [...findings, ...fitting];
  }, [fixed, found.data, wanted, t]);
  return { items, isSearching: found.isFetching };
}
