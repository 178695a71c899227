import { CheckCircleFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Panel } from '../kit/Panel.tsx';
import { ProjectLink } from '../kit/ProjectLink.tsx';
import styles from './Home.module.css';
import type { StepState } from './use-first-steps.ts';

/** The steps of a new team side by side: done ones ticked, the next one marked. */
export function StepsPanel({ steps }: { steps: readonly StepState[] }) {
  const { t } = useTranslation('console');
  const next = steps.find((step) => step.isDone === false);
  const done = steps.filter((step) => step.isDone).length;
  return (
    <Panel title={t('home.steps')} extra={<span className="quiet">{t('home.stepsDone', { done, total: steps.length })}</span>}>
      <ol className={styles['steps']}>
        {steps.map((step, index) => (
          <li key={step.key} className={step === next ? styles['next'] : undefined}>
            <span className={styles['number']} aria-hidden="true">
              {step.isDone ? <CheckCircleFilled /> : index + 1}
            </span>
            <div>
              <ProjectLink to={step.path} className={styles['stepTitle'] ?? ''}>
                {t(step.title)}
                {step.isDone ? <span className="visually-hidden"> ({t('home.done')})</span> : null}
              </ProjectLink>
              <p className="small quiet">{t(step.purpose)}</p>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
