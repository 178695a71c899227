import { useTranslation } from 'react-i18next';
import { useAudienceFields } from '../../../console/audience/use-suggestions.ts';
import type { Condition } from '../../audiences/contract.ts';
import { exampleKeys, exampleOf } from './examples.ts';
import styles from './Segments.module.css';

/** Rules to begin with, made of what the project has seen. */
export function ExampleList({ onChoose }: { onChoose(condition: Condition, name: string): void }) {
  const { t } = useTranslation('segments');
  const { data } = useAudienceFields();
  const found = exampleKeys.flatMap((key) => {
    const condition = data && exampleOf(key, data);
    return condition ? [{ key, condition }] : [];
  });
  if (found.length === 0) return null;
  return (
    <div className={styles['examples']}>
      <p className="small quiet">{t('examples.title')}</p>
      <ul>
        {found.map(({ key, condition }) => (
          <li key={key}>
            <button type="button" onClick={() => onChoose(condition, t(`examples.${key}.name`))}>
              <span className={styles['exampleName']}>{t(`examples.${key}.name`)}</span>
              <span className={styles['exampleNote']}>{t(`examples.${key}.note`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
