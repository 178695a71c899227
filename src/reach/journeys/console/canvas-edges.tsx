import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import { AddMenu } from './AddMenu.tsx';
import type { Exit, NodeKind } from './edit-graph.ts';
import styles from './JourneyCanvas.module.css';

export interface ExitEdgeData extends Record<string, unknown> {
  at: Exit;
  label: string;
  onAdd: ((at: Exit, kind: NodeKind) => void) | undefined;
}

/** How far above the next step the name of the exit and the button stand. */
const LABEL_ABOVE_PX = 36;

function ExitEdge({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps<Edge<ExitEdgeData>>) {
  const isBack = targetY <= sourceY;
  const [path, middleX, middleY] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition,
    targetPosition,
    borderRadius: 8,
    ...(isBack ? {} : { centerY: sourceY + 20 }),
  });
  const isSideways = Math.abs(sourceX - targetX) > 4;
  const x = isBack ? middleX : targetX;
  const y = isBack ? middleY : isSideways ? Math.min(sourceY + LABEL_ABOVE_PX + 6, targetY - LABEL_ABOVE_PX / 2) : (sourceY + targetY) / 2;
  return (
    <>
      <BaseEdge path={path} className={styles['line'] ?? ''} />
      {data ? (
        <EdgeLabelRenderer>
          <div className={`${styles['way']} nopan`} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {data.label ? <span className={styles['exit']}>{data.label}</span> : null}
            {data.onAdd ? <AddMenu at={data.at} onAdd={data.onAdd} /> : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
}

export const edgeTypes = { exit: ExitEdge };
