import { useBlocker } from '@tanstack/react-router';
import { App } from 'antd';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Asks before the reader leaves something unsaved: by a link, by back, by closing the tab. Gives the question itself for other ways out. */
export function useLeaveGuard(isDirty: boolean): () => Promise<boolean> {
  const { modal } = App.useApp();
  const { t } = useTranslation('console');
  const ask = useCallback(
    () =>
      new Promise<boolean>((resolve) => {
        modal.confirm({
          title: t('leave.title'),
          icon: null,
          content: t('leave.sentence'),
          okText: t('leave.leave'),
          cancelText: t('leave.stay'),
          autoFocusButton: 'cancel',
          onOk: () => resolve(true),
          onCancel: () => resolve(false),
        });
      }),
    [modal, t],
  );
  useBlocker({
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && !(await ask()),
    disabled: !isDirty,
    enableBeforeUnload: isDirty,
  });
  useEffect(() => {
    if (!isDirty) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isDirty]);
  return ask;
}
