import { QuestionCircleOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Definition.module.css';

/** The small mark beside a figure; opens its exact rule. */
export function Definition({ children }: { children: ReactNode }) {
  const { t } = useTranslation('console');
  return (
    <Popover trigger={['click']} placement="bottomLeft" content={<div className={styles['rule']}>{children}</div>}>
      <button type="button" className={styles['mark']} aria-label={t('definition')}>
        <QuestionCircleOutlined />
      </button>
    </Popover>
  );
}
