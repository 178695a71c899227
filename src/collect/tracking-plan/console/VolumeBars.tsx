import styles from './Plan.module.css';

const WIDTH = 104;
const HEIGHT = 24;

/** Volumes of days in little, today last. `label` says it in words. */
export function VolumeBars({ values, label }: { values: readonly number[]; label: string }) {
  const high = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg className={styles['bars']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / high) * HEIGHT);
        const place = `${index}`;
        return (
          <rect
            key={place}
            className={value === 0 ? styles['none'] : undefined}
            x={index * step}
            y={HEIGHT - height}
            width={Math.max(1, step - 1)}
            height={height}
          />
        );
      })}
    </svg>
  );
}
