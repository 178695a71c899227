import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import type { SegmentView } from '../contract.ts';

/** Whether a segment is live, being computed, archived, or could not be computed. */
export function SegmentState({ segment }: { segment: Pick<SegmentView, 'state' | 'isComputing' | 'fault'> }) {
  const { t } = useTranslation('segments');
  if (segment.state === 'archived') return <StatusMark meaning="neutral">{t('state.archived')}</StatusMark>;
  if (segment.fault !== undefined) {
    return (
      <Tooltip title={segment.fault}>
        <span>
          <StatusMark meaning="danger">{t('state.fault')}</StatusMark>
        </span>
      </Tooltip>
    );
  }
  if (segment.isComputing) return <StatusMark meaning="waiting">{t('state.computing')}</StatusMark>;
  return <StatusMark meaning="success">{t('state.live')}</StatusMark>;
}
