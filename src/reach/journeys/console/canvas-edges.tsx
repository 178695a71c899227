import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { AddMenu } from './AddMenu.tsx';
import type { Exit, NodeKind } from './edit-graph.ts';
import styles from './JourneyCanvas.module.css';
import { type Part, wayBetween } from './way-path.ts';

export interface ExitEdgeData extends Record<string, unknown> {
  at: Exit;
  label: string;
  part: Part;
  onAdd: ((at: Exit, kind: NodeKind) => void) | undefined;
}

function ExitEdge({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<Edge<ExitEdgeData>>) {
  const { path, label } = wayBetween({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, data?.part);
  return (
    <>
      <BaseEdge path={path} className={styles['line'] ?? ''} />
      {data ? (
        <EdgeLabelRenderer>
          <div className={`${styles['way']} nopan`} style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}>
            {data.label ? <span className={styles['exit']}>{data.label}</span> : null}
            {data.onAdd ? <AddMenu at={data.at} onAdd={data.onAdd} /> : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
}

export const edgeTypes = { exit: ExitEdge };
