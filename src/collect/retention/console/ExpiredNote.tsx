import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { Expired } from '../contract.ts';

const LINES_MAX = 8;

/** What rules would delete now. */
export function ExpiredNote({ expired }: { expired: Expired }) {
  const { t } = useTranslation('retention');
  const format = useFormat();
  if (expired.total === 0) return <Alert type="success" showIcon title={t('preview.nothing')} />;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('preview.title', { number: format.number(expired.total) })}
      description={
        <ul style={{ margin: 0, paddingInlineStart: 16 }}>
          {expired.items.slice(0, LINES_MAX).map(({ event, events, firstDay, lastDay }) => (
            <li key={event}>{t('preview.line', { event, number: format.number(events), first: firstDay, last: lastDay })}</li>
          ))}
        </ul>
      }
    />
  );
}
