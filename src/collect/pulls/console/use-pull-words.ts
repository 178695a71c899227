import { useTranslation } from 'react-i18next';
import type { Schedule } from '../contract.ts';

/** A schedule and a failure, in words. */
export function usePullWords(): {
  schedule(schedule: Schedule): string;
  failure(failure: { code: string; details: Record<string, unknown> }): string;
} {
  const { t, i18n } = useTranslation('pulls');
  return {
    schedule: (schedule) => {
      if (schedule.every === 'minutes') return t('everyMinutes', { minutes: schedule.minutes });
      if (schedule.every === 'day') return t('everyDay', { at: schedule.at });
      return t('everyWeek', { at: schedule.at, weekday: t(`weekdays.${schedule.weekday as 1}`) });
    },
    failure: ({ code, details }) => {
      const key = code.replace('.', ':errors.');
      return i18n.exists(key) ? String(i18n.t(key, details)) : code;
    },
  };
}
