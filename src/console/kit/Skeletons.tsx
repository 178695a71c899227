import styles from './Skeletons.module.css';

function Bar({ width, height = 12 }: { width: string; height?: number }) {
  return <span className={styles['bar']} style={{ width, height }} />;
}

const widths = ['46%', '62%', '38%', '54%', '70%', '44%', '58%', '34%'];

/** The shape of a list that is coming. */
export function ListSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className={styles['list']} role="status" aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change places
        <div key={row} className={styles['row']}>
          <Bar width={widths[row % widths.length] ?? '50%'} />
          <Bar width="12%" />
          <Bar width="16%" />
        </div>
      ))}
    </div>
  );
}

/** The shape of a chart that is coming. */
export function ChartSkeleton({ height = 280 }: { height?: number }) {
  return (
    <div className={styles['chart']} style={{ height }} role="status" aria-busy="true">
      {[38, 54, 46, 70, 62, 80, 58, 74, 66, 88].map((tall, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change places
        <span key={column} className={styles['bar']} style={{ height: `${tall}%`, flex: 1 }} />
      ))}
    </div>
  );
}

/** The shape of a page: title line and a list. */
export function PageSkeleton() {
  return (
    <div className={styles['page']}>
      <Bar width="180px" height={22} />
      <Bar width="320px" />
      <div className={styles['panel']}>
        <ListSkeleton />
      </div>
    </div>
  );
}

/** The shape of a form or of a page about one thing. */
export function DetailSkeleton() {
  return (
    <div className={styles['detail']} role="status" aria-busy="true">
      {widths.map((width) => (
        <Bar key={width} width={width} />
      ))}
    </div>
  );
}
