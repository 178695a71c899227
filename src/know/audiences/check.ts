import type { SegmentSource } from './api.ts';
import { type Condition, LEAVES_MAX, type Test, type Window } from './condition.ts';
import { refuseAudience } from './contract.ts';
import { leavesOf, type PlacedLeaf } from './leaves.ts';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import type { SentenceLocale } from './sentence.ts';

type IssueKey = keyof typeof en.issues;
interface Fault {
  path: string;
  key: IssueKey;
  details?: Record<string, string | number>;
}

interface CheckOptions {
  at: string;
  locale: SentenceLocale;
}

/** What the schema cannot see: whether segments exist, whether spans hold anything, and the size of the whole tree. Throws with every fault at once. */
export async function checkCondition(projectId: number, condition: Condition, segments: SegmentSource, options: CheckOptions): Promise<void> {
  const { at, locale } = options;
  const leaves = leavesOf(condition);
  const faults = [...faultsOfSize(leaves), ...leaves.flatMap(faultsOfSpans), ...(await faultsOfSegments(projectId, leaves, segments))];
  if (faults.length === 0) return;
  const texts = (locale === 'zh-CN' ? zh : en).issues;
  const issues = faults.map(({ path, key, details = {} }) => ({
    path: [at, path].filter((part) => part !== '').join('.'),
    message: texts[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(details[name] ?? '')),
  }));
  throw refuseAudience('condition_invalid', { issues, details: { summary: issues.map((issue) => issue.message).join('; ') } });
}

function faultsOfSize(leaves: readonly PlacedLeaf[]): Fault[] {
  if (leaves.length <= LEAVES_MAX) return [];
  return [{ path: '', key: 'too_many_leaves', details: { max: LEAVES_MAX, has: leaves.length } }];
}

function faultsOfSpans({ path, leaf }: PlacedLeaf): Fault[] {
  const below = (part: string): Fault => ({ path: [path, part].filter((piece) => piece !== '').join('.'), key: 'empty_span' });
  if (leaf.kind === 'trait') return isEmptySpan(leaf.test) ? [below('test')] : [];
  if (leaf.kind === 'segment') return [];
  const faults = leaf.where.flatMap((filter, index) => (isEmptySpan(filter.test) ? [below(`where.${index}.test`)] : []));
  return isEmptySpan(leaf.window) ? [...faults, below('window')] : faults;
}

function isEmptySpan(span: Test | Window): boolean {
  return 'from' in span && 'to' in span && span.from >= span.to;
}

async function faultsOfSegments(projectId: number, leaves: readonly PlacedLeaf[], segments: SegmentSource): Promise<Fault[]> {
  const named = leaves.flatMap(({ path, leaf }) => (leaf.kind === 'segment' ? [{ path, segmentId: leaf.segmentId }] : []));
  if (named.length === 0) return [];
  const known = await segments.names(projectId, [...new Set(named.map(({ segmentId }) => segmentId))]);
  return named
    .filter(({ segmentId }) => !known.has(segmentId))
    .map(({ path, segmentId }) => ({
      path: [path, 'segmentId'].filter((part) => part !== '').join('.'),
      key: 'unknown_segment',
      details: { segmentId },
    }));
}
