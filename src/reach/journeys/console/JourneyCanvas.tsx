import '@xyflow/react/dist/style.css';
import { Background, Controls, type Edge, type Node, type NodeChange, ReactFlow, useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMode } from '../../../console/theme/use-mode.ts';
import { exitsOf, type Fault, type JourneyDefinition, type JourneyNode } from '../contract.ts';
import { type ExitEdgeData, edgeTypes } from './canvas-edges.tsx';
import { nodeTypes, type StepCardData } from './canvas-nodes.tsx';
import type { Exit, NodeKind } from './edit-graph.ts';
import styles from './JourneyCanvas.module.css';
import { layOut, TRIGGER } from './layout.ts';
import { useStepText } from './use-step-text.ts';
import { COLUMN_PX, type Part, ROW_PX } from './way-path.ts';

const WHOLE = { maxZoom: 1, padding: 0.15 };

interface JourneyCanvasProps {
  definition: JourneyDefinition;
  faults?: readonly Fault[];
  selected?: string;
  /** A step, or `TRIGGER`. */
  onOpen(id: string): void;
  /** Absent: nothing can be added. */
  onAdd?: ((at: Exit, kind: NodeKind) => void) | undefined;
  /** A line under each step, e.g. its figures. */
  note?: (id: string) => StepCardData['note'];
}

/** The journey as a drawing from the top down. Steps are opened by click or keyboard; new ones are added on the lines. */
export function JourneyCanvas(props: JourneyCanvasProps) {
  const { t } = useTranslation('journeys');
  const mode = useMode();
  const cards = useCards(props);
  const { nodes, keepSizes } = useMeasured(cards);
  const edges = useLines(props);
  return (
    <section className={styles['canvas']} aria-label={t('title')}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        onNodesChange={keepSizes}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode={mode}
        fitView
        fitViewOptions={WHOLE}
        minZoom={0.2}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: false }}
      >
        <Background gap={20} size={1} color="var(--border)" />
        <Controls showInteractive={false} fitViewOptions={WHOLE} />
        <Refit steps={nodes.length} />
      </ReactFlow>
    </section>
  );
}

/** Brings the whole drawing into sight again when steps come or go. */
function Refit({ steps }: { steps: number }) {
  const { fitView } = useReactFlow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the number of steps is what the drawing is fitted to
  useEffect(() => void fitView(WHOLE), [fitView, steps]);
  return null;
}

/**
 * Gives cards the sizes that were measured before. Without them React Flow takes a changed card for a new one and draws its lines anew, so that a menu
 * open on a line would close whenever the draft is saved.
 */
function useMeasured(cards: Node<StepCardData>[]) {
  const [sizes, setSizes] = useState<Record<string, { width: number; height: number }>>({});
  const keepSizes = useCallback((changes: NodeChange<Node<StepCardData>>[]) => {
    const measured = changes.flatMap((change) =>
      change.type === 'dimensions' && change.dimensions ? [[change.id, change.dimensions] as const] : [],
    );
    if (measured.length > 0) setSizes((before) => ({ ...before, ...Object.fromEntries(measured) }));
  }, []);
  const nodes = useMemo(
    () =>
      cards.map((card) => {
        const measured = sizes[card.id];
        return measured ? { ...card, measured } : card;
      }),
    [cards, sizes],
  );
  return { nodes, keepSizes };
}

function useCards({ definition, faults, selected, onOpen, note }: JourneyCanvasProps): Node<StepCardData>[] {
  const { t } = useTranslation('journeys');
  const text = useStepText();
  return useMemo(() => {
    const byId = new Map(definition.nodes.map((node) => [node.id, node]));
    const isTriggerWrong =
      faults?.some((fault) => fault.node === null && ['no_trigger', 'unknown_segment', 'no_start'].includes(fault.reason)) ?? false;
    return layOut(definition).map(({ id, column, row }) => {
      const node = byId.get(id);
      const data: StepCardData = {
        id,
        kind: node?.kind ?? 'trigger',
        title: node ? text.name(node) : t('trigger.title'),
        summary: node ? text.summary(node) : text.trigger(definition.trigger),
        isWrong: id === TRIGGER ? isTriggerWrong : (faults?.some((fault) => fault.node === id) ?? false),
        isSelected: selected === id,
        note: note?.(id),
        onOpen,
      };
      return { id, type: 'step', position: { x: column * COLUMN_PX, y: row * ROW_PX }, data };
    });
  }, [definition, faults, selected, onOpen, note, text, t]);
}

function useLines({ definition, onAdd }: JourneyCanvasProps): Edge<ExitEdgeData>[] {
  const { t } = useTranslation('journeys');
  return useMemo(() => {
    const ids = new Set(definition.nodes.map((node) => node.id));
    const line = (at: Exit, target: string | null, part: Part = 0): Edge<ExitEdgeData>[] => {
      if (target === null || !ids.has(target)) return [];
      const label = at.from === null || at.name === 'next' ? '' : t(`exits.${at.name}`);
      return [{ id: `${at.from ?? TRIGGER}-${at.name}`, source: at.from ?? TRIGGER, target, type: 'exit', data: { at, label, part, onAdd } }];
    };
    const linesOf = (node: JourneyNode) => {
      const exits = exitsOf(node);
      const isShared = exits.length > 1 && new Set(exits.map(([, target]) => target)).size === 1;
      return exits.flatMap(([name, target], index) => line({ from: node.id, name }, target, isShared ? (index === 0 ? -1 : 1) : 0));
    };
    return [...line({ from: null, name: 'next' }, definition.start), ...definition.nodes.flatMap((node) => linesOf(node))];
  }, [definition, onAdd, t]);
}
