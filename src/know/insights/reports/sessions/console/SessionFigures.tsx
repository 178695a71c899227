import { useTranslation } from 'react-i18next';
import { Figure, Figures } from '../../../../../console/kit/Figure.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { NumberButton } from '../../../console/NumberButton.tsx';
import type { SessionsAnswer } from '../answer.ts';
import { type FigureKey, figureOf, writeFigure } from './measures.ts';
import type { OpenSessions } from './use-open-sessions.ts';

interface SessionFiguresProps {
  answer: SessionsAnswer;
  keys: readonly FigureKey[];
  chosen: FigureKey;
  onChoose(key: FigureKey): void;
  onOpen: OpenSessions;
}

/** The figures of the period against the period before; a figure's name puts it on the chart, its number opens the people. */
export function SessionFigures({ answer, keys, chosen, onChoose, onOpen }: SessionFiguresProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  return (
    <Figures>
      {keys.map((key) => {
        const value = figureOf(key, answer.total);
        const name = t(`sessions.figures.${key}`);
        const which = key === 'bounceRate' ? 'bounced' : key === 'engagedRate' ? 'engaged' : 'all';
        return (
          <Figure
            key={key}
            isSmall
            label={
              <button
                type="button"
                aria-pressed={chosen === key}
                onClick={() => onChoose(key)}
                style={{
                  font: 'inherit',
                  color: chosen === key ? 'var(--accent)' : 'inherit',
                  fontWeight: chosen === key ? 600 : 400,
                  background: 'none',
                  border: 0,
                  padding: 0,
                  cursor: 'pointer',
                }}
              >
                {name}
              </button>
            }
            value={
              <NumberButton value={value} label={`${name}: ${writeFigure(key, value, format)}`} onOpen={() => onOpen({ which }, name)}>
                <span style={{ whiteSpace: 'nowrap' }}>{writeFigure(key, value, format)}</span>
              </NumberButton>
            }
            note={<Change answer={answer} figure={key} />}
          />
        );
      })}
    </Figures>
  );
}

function Change({ answer, figure }: { answer: SessionsAnswer; figure: FigureKey }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  if (!answer.previousTotal) return null;
  const isRate = figure === 'bounceRate' || figure === 'engagedRate';
  const now = figureOf(figure, answer.total);
  const before = figureOf(figure, answer.previousTotal);
  if (before === null) return <span>{t('sessions.noBefore')}</span>;
  if (now === null || (before === 0 && !isRate)) return <span>{t('sessions.before', { value: writeFigure(figure, before, format) })}</span>;
  const change = isRate ? now - before : now / before - 1;
  return (
    <span title={t('sessions.before', { value: writeFigure(figure, before, format) })}>
      {change > 0 ? '+' : ''}
      {isRate ? t('sessions.points', { points: format.number(change * 100, 1) }) : format.percent(change)}
    </span>
  );
}
