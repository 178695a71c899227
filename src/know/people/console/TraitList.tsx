import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import styles from './People.module.css';

/** Traits shown before the reader asks for all. */
const SHOWN_AT_FIRST = 12;
/** From here on there is a search box. */
const SEARCH_FROM = 16;

/** Traits as name and value, nested ones by their path; long lists can be searched. */
export function TraitList({ traits }: { traits: Record<string, unknown> }) {
  const { t } = useTranslation('people');
  const [search, setSearch] = useState('');
  const [isWhole, setWhole] = useState(false);
  const all = pathsOf(traits);
  if (all.length === 0) return <EmptyState isSmall drawing="list" title={t('noTraits')} sentence={t('noTraitsSentence')} />;
  const found = all.filter(({ path, text }) => `${path} ${text}`.toLowerCase().includes(search.trim().toLowerCase()));
  const shown = isWhole || search !== '' ? found : found.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      {all.length >= SEARCH_FROM ? (
        <div className={styles['traitSearch']}>
          <Input
            size="small"
            allowClear
            aria-label={t('searchTraits')}
            placeholder={t('searchTraits')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      ) : null}
      <dl className={styles['traits']}>
        {shown.map(({ path, text, kind }) => (
          <div key={path}>
            <dt>{path}</dt>
            <dd data-kind={kind}>{text}</dd>
          </div>
        ))}
      </dl>
      {found.length > shown.length ? (
        <Button type="text" size="small" block onClick={() => setWhole(true)}>
          {t('allTraits', { count: found.length })}
        </Button>
      ) : null}
    </>
  );
}

interface TraitLine {
  path: string;
  text: string;
  kind: string;
}

/** Every value of an object by its dotted path, by name. */
function pathsOf(holder: Record<string, unknown>, above = ''): TraitLine[] {
  return Object.entries(holder)
    .flatMap(([key, value]): TraitLine[] => {
      const path = above === '' ? key : `${above}.${key}`;
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return pathsOf(value as Record<string, unknown>, path);
      if (value === null || value === undefined) return [];
      return [{ path, text: typeof value === 'string' ? value : JSON.stringify(value), kind: Array.isArray(value) ? 'list' : typeof value }];
    })
    .sort((left, right) => left.path.localeCompare(right.path));
}
