import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { Figure, Figures } from '../../../../../console/kit/Figure.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useEventName } from '../../../../../console/kit/use-event-name.ts';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { palettes, seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { eventName } from '../../../console/names.ts';
import { useOpenCell } from '../../../console/use-question.ts';
import type { PathPlace, PathsAnswer, PathsCell } from '../answer.ts';
import type { PathsQuestion } from '../question.ts';
import { NodeActions } from './NodeActions.tsx';
import { PathsTable } from './PathsTable.tsx';
import { placeName } from './place-name.ts';
import { heightOf, sankeyOption, widthOf } from './sankey.ts';

interface PathsResultProps {
  question: PathsQuestion;
  answer: PathsAnswer;
  onChange(question: PathsQuestion): void;
}

type Node = PathsAnswer['nodes'][number];
type Edge = PathsAnswer['edges'][number];

/** Names of places in the reader's language. */
function usePlaceName(): (place: PathPlace) => string {
  const { t } = useTranslation('insights');
  const nameOf = useEventName(useCallback((name: string) => eventName(name, t), [t]));
  return useCallback((place: PathPlace) => placeName(place, t, nameOf), [t, nameOf]);
}

/** Sankey diagram and table of paths. */
export function PathsResult({ question, answer, onChange }: PathsResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const name = usePlaceName();
  const [, setOpen] = useOpenCell();
  const [chosen, setChosen] = useState<Node>();
  const open = (cell: Omit<PathsCell, 'kind'>, title: string) => setOpen({ cell: { kind: 'paths', ...cell }, asOf: answer.asOf, title });
  const openEdge = ({ column, from, to }: Edge) => open({ column, from, to }, `${name(from)} → ${name(to)}`);
  const openNode = ({ column, place }: Node) => open({ column, from: place }, name(place));
  if (answer.total.paths === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('paths.empty')} sentence={t('paths.emptySentence')} />
      </Panel>
    );
  }
  return (
    <>
      <Panel title={t('kinds.paths.title')} extra={<Definitions answer={answer} limit={question.topNodesPerStep} />}>
        <Figures>
          <Figure
            label={t(question.weight === 'occurrences' ? 'paths.totalOccurrences' : 'paths.totalSessions')}
            value={format.number(answer.total.paths)}
          />
          <Figure
            label={t('people')}
            value={
              <NumberButton
                value={answer.total.people}
                label={`${t('people')}: ${answer.total.people}`}
                onOpen={() => open({ column: 0 }, t('paths.everybody'))}
              >
                {format.number(answer.total.people)}
              </NumberButton>
            }
          />
        </Figures>
        <PathsChart question={question} answer={answer} name={name} onNode={setChosen} onEdge={openEdge} />
        {chosen ? (
          <NodeActions
            key={JSON.stringify(chosen)}
            node={chosen}
            name={name(chosen.place)}
            question={question}
            onChange={onChange}
            onPeople={() => openNode(chosen)}
          />
        ) : null}
        {answer.hiddenEdges > 0 ? (
          <p style={{ color: 'var(--secondary)', fontSize: 12 }}>{t('paths.hidden', { count: answer.hiddenEdges })}</p>
        ) : null}
        <Freshness answer={answer} />
      </Panel>
      <PathsTable answer={answer} name={name} onOpen={openEdge} />
    </>
  );
}

interface PathsChartProps {
  question: PathsQuestion;
  answer: PathsAnswer;
  name(place: PathPlace): string;
  onNode(node: Node): void;
  onEdge(edge: Edge): void;
}

function PathsChart({ question, answer, name, onNode, onEdge }: PathsChartProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const option = useMemo(
    () =>
      sankeyOption(question, answer, {
        format,
        colours: seriesColours[mode],
        text: palettes[mode].text,
        faint: palettes[mode].tertiary,
        left: palettes[mode].border,
        name,
        weight: (count) => t(`paths.counted.${question.weight}`, { count, formatted: format.number(count) }),
        time: (ms) => t(`paths.timeOf.${question.time}`, { time: format.duration(ms) }),
        share: (part) => t('paths.shareOf', { part }),
      }),
    [question, answer, format, mode, name, t],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section style={{ overflowX: 'auto' }} tabIndex={0} aria-label={t('chartOf', { what: t('kinds.paths.title') })}>
      <div style={{ minWidth: widthOf(answer) }}>
        <Chart
          option={option}
          label={t('chartOf', { what: t('kinds.paths.title') })}
          height={heightOf(answer)}
          onPick={({ data }) => {
            const picked = data as { node?: Node; edge?: Edge } | undefined;
            if (picked?.edge) onEdge(picked.edge);
            if (picked?.node) onNode(picked.node);
          }}
        />
      </div>
    </section>
  );
}
