import { type ChannelRule, type SiteList, siteLists, type TouchCondition, UNASSIGNED_CHANNEL } from './channel-rules.ts';
import { isOnList } from './site-lists.ts';

/** How somebody came. Texts in lower case; empty when unknown. */
export interface Touch {
  source: string;
  medium: string;
  campaign: string;
  referrerHost: string;
  /** Kind of click id, e.g. `gclid`. */
  clickId: string;
  /** Host of the page. */
  host: string;
}

export interface Classified {
  channel: string;
  /** Place of the rule in the table that decided, from 0; -1 for none. */
  ruleIndex: number;
}

type Test = (touch: Touch) => boolean;

/** Text beyond this is not looked at. */
const TEXT_MAX = 200;

/** Makes the table ready to decide. Patterns that cannot be read are met by nothing. */
export function compileRules(rules: readonly ChannelRule[]): (touch: Touch) => Classified {
  const compiled = rules.map((rule) => ({ channel: rule.channel, groups: rule.any.map(({ all }) => all.map(testOf)) }));
  return (touch) => {
    const ruleIndex = compiled.findIndex(({ groups }) => groups.some((tests) => tests.every((test) => test(touch))));
    return { channel: compiled[ruleIndex]?.channel ?? UNASSIGNED_CHANNEL, ruleIndex };
  };
}

const fieldOf = {
  source: (touch) => touch.source,
  medium: (touch) => touch.medium,
  campaign: (touch) => touch.campaign,
  referrer_host: (touch) => touch.referrerHost,
  click_id: (touch) => touch.clickId,
  host: (touch) => touch.host,
} satisfies Record<TouchCondition['field'], (touch: Touch) => string>;

function testOf(condition: TouchCondition): Test {
  const value = fieldOf[condition.field];
  const wanted = condition.values.map((each) => each.toLowerCase());
  switch (condition.operator) {
    case 'is':
      return (touch) => wanted.includes(value(touch));
    case 'is_not':
      return (touch) => !wanted.includes(value(touch));
    case 'contains':
      return (touch) => wanted.some((part) => value(touch).includes(part));
    case 'begins':
      return (touch) => wanted.some((part) => value(touch).startsWith(part));
    case 'ends':
      return (touch) => wanted.some((part) => value(touch).endsWith(part));
    case 'matches': {
      const patterns = condition.values.flatMap(patternOf);
      return (touch) => patterns.some((pattern) => pattern.test(value(touch).slice(0, TEXT_MAX)));
    }
    case 'in_list': {
      const lists = siteLists.filter((list) => wanted.includes(list));
      return (touch) => value(touch) !== '' && lists.some((list: SiteList) => isOnList(list, value(touch)));
    }
    case 'is_set':
      return (touch) => value(touch) !== '';
    case 'is_not_set':
      return (touch) => value(touch) === '';
  }
}

function patternOf(text: string): RegExp[] {
  try {
    return [new RegExp(text, 'i')];
  } catch {
    return [];
  }
}
