import { App, Input } from 'antd';
import { type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What is about to happen. */
export interface Danger {
  /** A question: "Delete the segment Loyal buyers?" */
  title: ReactNode;
  /** Exactly what will happen to how many people. */
  consequence: ReactNode;
  /** The verb on the button. */
  action: string;
  /** The reader must type this first; for what cannot be undone and is large. */
  typed?: string;
  /** The dialog stays open and busy until it resolves; a failure is shown and leaves it open. */
  onConfirm(): Promise<unknown>;
}

/** Asks before an act that cannot be undone. */
export function useConfirmDanger(): (danger: Danger) => void {
  const { modal, message } = App.useApp();
  const { t } = useTranslation('console');
  return useCallback(
    ({ title, consequence, action, typed, onConfirm }) => {
      const dialog = modal.confirm({
        title,
        icon: null,
        width: 440,
        okText: action,
        cancelText: t('cancel'),
        autoFocusButton: typed ? null : 'cancel',
        okButtonProps: { danger: true, type: 'primary', disabled: typed !== undefined },
        content: (
          <>
            <p style={{ color: 'var(--secondary)' }}>{consequence}</p>
            {typed === undefined ? null : (
              <div style={{ marginTop: 12 }}>
                <p>{t('typeToConfirm', { typed })}</p>
                <Input
                  aria-label={t('typeToConfirm', { typed })}
                  style={{ marginTop: 4 }}
                  autoComplete="off"
                  onChange={(event) => dialog.update({ okButtonProps: { danger: true, type: 'primary', disabled: event.target.value !== typed } })}
                />
              </div>
            )}
          </>
        ),
        onOk: () =>
          onConfirm().catch((error: unknown) => {
            message.error(error instanceof Error ? error.message : t('errors.broken'));
            throw error;
          }),
      });
    },
    [modal, message, t],
  );
}
