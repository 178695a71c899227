import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../console/kit/CopyText.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { Erasure, ErasureProof } from '../contract.ts';
import styles from './Retention.module.css';

const WIDTH_PX = 560;

/** The proof of an erasure: what was where, and that nothing is left. */
export function ProofDrawer({ erasure, onClose }: { erasure: Erasure | undefined; onClose(): void }) {
  const { t } = useTranslation('retention');
  const proof = erasure?.proof;
  return (
    <Drawer
      open={erasure !== undefined}
      onClose={onClose}
      size={WIDTH_PX}
      title={t('erasures.proof')}
      extra={
        proof ? (
          <Button icon={<DownloadOutlined />} onClick={() => download(erasure)}>
            {t('erasures.download')}
          </Button>
        ) : null
      }
    >
      {erasure?.error ? <Alert type="error" showIcon title={erasure.error} /> : null}
      {proof ? <Proof proof={proof} /> : null}
    </Drawer>
  );
}

function Proof({ proof }: { proof: ErasureProof }) {
  const { t } = useTranslation('retention');
  const format = useFormat();
  const rows = proof.rows.filter((row) => row.before > 0 || row.after > 0);
  return (
    <div className={styles['proof']}>
      <dl className={styles['facts']}>
        <dt>{t('erasures.numbersOf')}</dt>
        <dd>{proof.numbers.join(', ')}</dd>
        <dt>{t('erasures.finishedAt')}</dt>
        <dd>
          <TimeText at={proof.finishedAt} />
        </dd>
        {proof.checkedAgainAt ? (
          <>
            <dt>{t('erasures.checkedAgainAt')}</dt>
            <dd>
              <TimeText at={proof.checkedAgainAt} />
            </dd>
          </>
        ) : null}
        <dt>{t('erasures.signature')}</dt>
        <dd className={styles['signature']}>
          <CopyText text={proof.signature} />
        </dd>
      </dl>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th>{t('erasures.store')}</th>
            <th>{t('erasures.table')}</th>
            <th className={styles['figure']}>{t('erasures.before')}</th>
            <th className={styles['figure']}>{t('erasures.after')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ store, table, before, after }) => (
            <tr key={`${store}.${table}`}>
              <td>{t(`stores.${store}`)}</td>
              <td>{table}</td>
              <td className={styles['figure']}>{format.number(before)}</td>
              <td className={styles['figure']}>{format.number(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {proof.files && proof.files.length > 0 ? <ExpiringFiles files={proof.files} /> : null}
    </div>
  );
}

/** What goes by itself, and when at the latest. */
function ExpiringFiles({ files }: { files: NonNullable<ErasureProof['files']> }) {
  const { t } = useTranslation('retention');
  const placeOf = (place: string) => t(`erasures.places.${place.replace('.', '_')}`, { defaultValue: place });
  return (
    <section>
      <h3 className={styles['heading']}>{t('erasures.files')}</h3>
      <p className="small quiet">{t('erasures.filesNote')}</p>
      <table className={styles['table']}>
        <thead>
          <tr>
            <th>{t('erasures.place')}</th>
            <th className={styles['figure']}>{t('erasures.within')}</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ place, days }) => (
            <tr key={place}>
              <td>{placeOf(place)}</td>
              <td className={styles['figure']}>{t('erasures.days', { count: days })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function download(erasure: Erasure): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(erasure, null, 2)], { type: 'application/json' }));
  link.download = `erasure-${erasure.erasureId}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
