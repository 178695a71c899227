import { useTranslation } from 'react-i18next';
import { type Condition, type SentenceLocale, sentence } from '../../know/audiences/contract.ts';

/** What the builder is given. The project is that of the URL. */
export interface AudienceBuilderProps {
  /** The tree that is edited; `EVERYBODY` to begin. */
  value: Condition;
  /** Called with each change, also with trees that are not complete yet: see `issuesOf`. */
  onChange(value: Condition): void;
}

/** Edits any audience condition. */
export function AudienceBuilder({ value }: AudienceBuilderProps) {
  const { i18n } = useTranslation('audiences');
  return <p>{sentence(value, i18n.language as SentenceLocale)}</p>;
}
