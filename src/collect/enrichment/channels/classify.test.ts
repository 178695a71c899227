import { describe, expect, test } from 'vitest';
import { cluesOf, touchOfClues } from '../add-arrival.ts';
import { defaultSettings } from '../contract.ts';
import { patternFault } from './channel-rules.ts';
import { compileRules, type Touch } from './classify.ts';
import { defaultChannelRules } from './default-rules.ts';
import { landingOf } from './landing.ts';
import { isOnList } from './site-lists.ts';

const classify = compileRules(defaultChannelRules);

function touch(source: string, medium: string, campaign = ''): Touch {
  return { source, medium, campaign, referrerHost: '', clickId: '', host: 'shop.example.com' };
}

// Each line applies one sentence of https://support.google.com/analytics/answer/9756891 ("Manual traffic").
const documented: readonly (readonly [source: string, medium: string, campaign: string, channel: string])[] = [
  ['(direct)', '(none)', '', 'direct'],
  ['(direct)', '(not set)', '', 'direct'],
  ['google', 'cpc', 'pmax cross-network de', 'cross_network'],
  ['taobao', 'cpc', '', 'paid_shopping'],
  ['newsletter', 'paid', 'summer-shop', 'paid_shopping'],
  ['newsletter', 'retargeting', 'shopping_fall', 'paid_shopping'],
  ['google', 'cpc', '', 'paid_search'],
  ['baidu', 'ppc', '', 'paid_search'],
  ['bing', 'paidsearch', '', 'paid_search'],
  ['yahoo', 'retargeting', '', 'paid_search'],
  ['facebook', 'cpm-cp', '', 'paid_social'],
  ['weibo', 'paid_social', '', 'paid_social'],
  ['xiaohongshu', 'cpc', '', 'paid_social'],
  ['youtube', 'cpv', '', 'paid_video'],
  ['youtube', 'cpc', '', 'paid_video'],
  ['douyin', 'cpc', '', 'paid_video'],
  ['dailynews', 'display', '', 'display'],
  ['dailynews', 'banner', '', 'display'],
  ['dailynews', 'expandable', '', 'display'],
  ['dailynews', 'interstitial', '', 'display'],
  ['dailynews', 'cpc', '', 'paid_other'],
  ['dailynews', 'paid-anything', '', 'paid_other'],
  ['amazon', 'link', '', 'organic_shopping'],
  ['blog', 'post', 'winter shopping', 'organic_shopping'],
  ['instagram', 'story', '', 'organic_social'],
  ['blog', 'social', '', 'organic_social'],
  ['blog', 'social-network', '', 'organic_social'],
  ['blog', 'social-media', '', 'organic_social'],
  ['blog', 'sm', '', 'organic_social'],
  ['blog', 'social network', '', 'organic_social'],
  ['blog', 'social media', '', 'organic_social'],
  ['vimeo', 'embed', '', 'organic_video'],
  ['blog', 'product-video', '', 'organic_video'],
  ['baidu', 'organic', '', 'organic_search'],
  ['unknown-engine', 'organic', '', 'organic_search'],
  ['partner.example.org', 'referral', '', 'referral'],
  ['partner', 'app', '', 'referral'],
  ['partner', 'link', '', 'referral'],
  ['email', 'x', '', 'email'],
  ['crm', 'e-mail', '', 'email'],
  ['crm', 'e_mail', '', 'email'],
  ['crm', 'e mail', '', 'email'],
  ['network', 'affiliate', '', 'affiliates'],
  ['podcast', 'audio', '', 'audio'],
  ['sms', 'x', '', 'sms'],
  ['crm', 'sms', '', 'sms'],
  ['crm', 'web_push', '', 'push'],
  ['crm', 'mobile-app', '', 'push'],
  ['crm', 'in-app-notification', '', 'push'],
  ['firebase', 'x', '', 'push'],
  ['crm', 'poster', '', 'unassigned'],
];

test.each(documented)('source %s, medium %s, campaign "%s" is %s', (source, medium, campaign, channel) => {
  expect(classify(touch(source, medium, campaign)).channel).toBe(channel);
});

// The regular expressions as Google's page prints them, against ours.
test('takes campaigns that sell by the documented pattern, and not workshops', () => {
  const documentedPattern = /^(.*(([^a-df-z]|^)shop|shopping).*)$/;
  for (const campaign of ['shop', 'e-shop', 'eshop', 'my shop', 'workshop', 'bishop', 'shopping', 'windowshopping'])
    expect(classify(touch('blog', 'post', campaign)).channel === 'organic_shopping').toBe(documentedPattern.test(campaign));
});

const arrivals: readonly (readonly [url: string, referrer: string, channel: string | undefined])[] = [
  ['https://shop.example.com/', '', 'direct'],
  ['https://shop.example.com/b', 'https://shop.example.com/a', undefined],
  ['https://shop.example.com/b', 'https://www.example.com/a', undefined],
  ['https://shop.example.com/b', 'https://pay.partner.example.net/', undefined],
  ['https://shop.example.com/', 'https://www.baidu.com/link?url=x', 'organic_search'],
  ['https://shop.example.com/', 'https://m.baidu.com/', 'organic_search'],
  ['https://shop.example.com/', 'https://tieba.baidu.com/p/1', 'organic_social'],
  ['https://shop.example.com/', 'https://www.sogou.com/', 'organic_search'],
  ['https://shop.example.com/', 'https://www.so.com/s', 'organic_search'],
  ['https://shop.example.com/', 'https://m.sm.cn/s', 'organic_search'],
  ['https://shop.example.com/', 'https://www.google.co.uk/', 'organic_search'],
  ['https://shop.example.com/', 'https://weibo.com/u/1', 'organic_social'],
  ['https://shop.example.com/', 'https://www.xiaohongshu.com/explore/1', 'organic_social'],
  ['https://shop.example.com/', 'https://link.zhihu.com/?target=x', 'organic_social'],
  ['https://shop.example.com/', 'https://mp.weixin.qq.com/s/x', 'organic_social'],
  ['https://shop.example.com/', 'https://www.douyin.com/video/1', 'organic_video'],
  ['https://shop.example.com/', 'https://www.bilibili.com/video/1', 'organic_video'],
  ['https://shop.example.com/', 'https://chat.deepseek.com/', 'ai_assistant'],
  ['https://shop.example.com/', 'https://gemini.google.com/app', 'ai_assistant'],
  ['https://shop.example.com/', 'android-app://com.google.android.gm/', 'referral'],
  ['https://shop.example.com/', 'https://blog.example.org/post', 'referral'],
  ['https://shop.example.com/?gclid=1', '', 'paid_search'],
  ['https://shop.example.com/?gclid=1', 'https://shop.example.com/a', 'paid_search'],
  ['https://shop.example.com/?bd_vid=1', 'https://www.baidu.com/baidu.php', 'paid_search'],
  ['https://shop.example.com/?gdt_vid=1', '', 'paid_social'],
  ['https://shop.example.com/?fbclid=1', 'https://l.facebook.com/', 'organic_social'],
  ['https://shop.example.com/?fbclid=1', '', 'organic_social'],
  ['https://shop.example.com/?utm_source=Baidu&utm_medium=CPC', 'https://shop.example.com/', 'paid_search'],
  ['https://shop.example.com/#/list?utm_source=weibo&utm_medium=social', '', 'organic_social'],
  ['not a url', 'nor this', 'direct'],
];

test.each(arrivals)('page %s from "%s" is %s', (url, referrer, channel) => {
  const clues = cluesOf({ properties: { url, referrer }, context: {} }, [...defaultSettings.ownHosts, 'partner.example.net', 'example.com']);
  expect(clues?.isArrival ? classify(touchOfClues(clues)).channel : undefined).toBe(channel);
});

describe('a table of a project', () => {
  test('is asked in its order, and every condition of a group counts', () => {
    const own = compileRules([
      {
        channel: 'red notes',
        any: [
          {
            all: [
              { field: 'source', operator: 'contains', values: ['xiaohong', 'rednote'] },
              { field: 'campaign', operator: 'is_set', values: [] },
            ],
          },
        ],
      },
      {
        channel: 'rest',
        any: [
          { all: [{ field: 'medium', operator: 'is_not', values: ['cpc'] }] },
          { all: [{ field: 'click_id', operator: 'is', values: ['GCLID'] }] },
        ],
      },
    ]);
    expect(own(touch('xiaohongshu', 'cpc', 'autumn'))).toEqual({ channel: 'red notes', ruleIndex: 0 });
    expect(own(touch('xiaohongshu', 'cpc'))).toEqual({ channel: 'unassigned', ruleIndex: -1 });
    expect(own(touch('x', 'email'))).toEqual({ channel: 'rest', ruleIndex: 1 });
    expect(own({ ...touch('x', 'cpc'), clickId: 'gclid' })).toEqual({ channel: 'rest', ruleIndex: 1 });
  });

  test('refuses patterns that cannot be read or may take for ever', () => {
    expect(patternFault('^(.*cp.*|ppc|retargeting|paid.*)$')).toBeUndefined();
    expect(patternFault('^(.*(([^a-df-z]|^)shop|shopping).*)$')).toBeUndefined();
    expect(patternFault('(')).toBe('unreadable');
    for (const slow of ['(a+)+$', '(a*)*', '([a-z]+)*x', '(a|b+){2,}', '(.)\\1+']) expect(patternFault(slow)).toBe('too_slow');
  });
});

test('knows a site below its host, under any country, but never by a mere ending', () => {
  expect(isOnList('search', 'google.com.hk')).toBe(true);
  expect(isOnList('search', 'images.google.de')).toBe(true);
  expect(isOnList('search', 'notgoogle.de')).toBe(false);
  expect(isOnList('social', 'fox.com')).toBe(false);
  expect(isOnList('social', 'x.com')).toBe(true);
});

test('reads campaigns of any address without throwing', () => {
  expect(landingOf('/p?utm_source=a&utm_campaign=%E7%A7%8B')).toMatchObject({ host: '', source: 'a', campaign: '秋' });
  expect(landingOf('https://SHOP.example.com/p?utm_term=')).toEqual({ host: 'shop.example.com' });
  expect(landingOf('http://[')).toEqual({ host: '' });
});
