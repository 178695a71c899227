import { describe, expect, test } from 'vitest';
import { isPersonalUserAgent, isServerLibrary } from '../senders.ts';
import { hintsOfContext, hintsOfHeaders } from './client-hints.ts';
import { Devices } from './device.ts';

const devices = new Devices();
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

// User agents as the programs send them.
const userAgents: readonly (readonly [userAgent: string, device: object])[] = [
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/120.0.0.0 Safari/537.36`,
    { browser: 'Chrome', os: 'Windows', osVersion: '10', deviceType: 'desktop' },
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91`,
    { browser: 'Microsoft Edge', os: 'Windows' },
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Safari/605.1.15',
    { browser: 'Safari', browserVersion: '17.2', os: 'macOS', brand: 'Apple', deviceType: 'desktop' },
  ],
  [
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0',
    { browser: 'Firefox', browserVersion: '121.0', os: 'Linux', deviceType: 'desktop' },
  ],
  [
    `${iphone} Version/16.6 Mobile/15E148 Safari/604.1`,
    { browser: 'Safari', os: 'iOS', osVersion: '16.6', brand: 'Apple', model: 'iPhone', deviceType: 'mobile' },
  ],
  [
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
    { browser: 'Safari', os: 'iOS', deviceType: 'tablet', brand: 'Apple' },
  ],
  [
    `Mozilla/5.0 (Linux; Android 13; SM-S918B) ${webkit} Chrome/120.0.0.0 Mobile Safari/537.36`,
    { browser: 'Chrome', os: 'Android', osVersion: '13', brand: 'Samsung', model: 'SM-S918B', deviceType: 'mobile' },
  ],
  [`Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/120.0.0.0 Mobile Safari/537.36`, { browser: 'Chrome', os: 'Android', deviceType: 'mobile' }],
  [
    `Mozilla/5.0 (Linux; Android 13; V2183A Build/TP1A; wv) ${webkit} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MMWEBID/2247 MicroMessenger/8.0.47.2560(0x28002F30) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64`,
    { browser: 'WeChat', browserVersion: '8.0.47.2560', os: 'Android', brand: 'vivo', model: 'V2183A', deviceType: 'mobile' },
  ],
  [`${iphone} Mobile/15E148 MicroMessenger/8.0.42(0x18002a2a) NetType/4G Language/zh_CN`, { browser: 'WeChat', browserVersion: '8.0.42', os: 'iOS' }],
  [
    `${iphone} Mobile/15E148 MicroMessenger/8.0.42(0x18002a2a) NetType/4G Language/zh_CN miniProgram/wx1234567890abcdef`,
    { browser: 'WeChat Mini Program', browserVersion: '8.0.42' },
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/107.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI MiniProgramEnv/Windows WindowsWechat/WMPF`,
    { browser: 'WeChat Mini Program', os: 'Windows', deviceType: 'desktop' },
  ],
  [`${iphone} Mobile/15E148 wxwork/4.1.10 MicroMessenger/7.0.1 Language/zh`, { browser: 'WeCom', browserVersion: '4.1.10' }],
  [
    `${iphone} Mobile/15E148 Ariver/1.1.0 AliApp(AP/10.5.30.6000) Nebula WK RVKType(0) AlipayDefined(nt:WIFI) AlipayClient/10.5.30.6000 Language/zh-Hans MiniProgram APXWebView`,
    { browser: 'Alipay Mini Program', browserVersion: '10.5.30.6000' },
  ],
  [`${iphone} Mobile/15E148 AliApp(AP/10.5.30.6000) AlipayClient/10.5.30.6000 Language/zh-Hans`, { browser: 'Alipay' }],
  [`${iphone} Mobile/15E148 aweme_27.5.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/zh`, { browser: 'Douyin', browserVersion: '27.5.0' }],
  [
    `Mozilla/5.0 (Linux; Android 12; PEHM00 Build/SKQ1; wv) ${webkit} Version/4.0 Chrome/97.0 Mobile Safari/537.36 NewsArticle/9.1.0`,
    { browser: 'Toutiao', brand: 'OPPO', model: 'PEHM00' },
  ],
  [
    `${iphone} Mobile/15E148 SP-engine/2.80.0 main/1.0 baiduboxapp/13.50.0.10 (Baidu; P2 16.6)`,
    { browser: 'Baidu App', browserVersion: '13.50.0.10' },
  ],
  [`${iphone} Mobile/15E148 swan/2.80.0 swan-baiduboxapp/13.50.0.10 baiduboxapp/13.50.0.10`, { browser: 'Baidu Mini Program' }],
  [
    `Mozilla/5.0 (Linux; U; Android 13; zh-CN; 22081212C Build/TKQ1.220829.002) ${webkit} Version/4.0 Chrome/100.0.4896.58 Quark/6.8.2.470 Mobile Safari/537.36`,
    { browser: 'Quark', browserVersion: '6.8.2.470', brand: 'Xiaomi', model: '22081212C' },
  ],
  [
    `Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00; HMSCore 6.13.0.321) ${webkit} Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36`,
    { browser: 'Huawei Browser', os: 'HarmonyOS', brand: 'Huawei', model: 'NOH-AN00', deviceType: 'mobile' },
  ],
  [
    `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${webkit} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.5.300`,
    { browser: 'Huawei Browser', os: 'HarmonyOS', osVersion: '5.0', brand: 'Huawei' },
  ],
  [
    `Mozilla/5.0 (Linux; U; Android 12; zh-cn; M2012K11AC Build/SKQ1) ${webkit} Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36 XiaoMi/MiuiBrowser/17.5.4`,
    { browser: 'Xiaomi Browser', browserVersion: '17.5.4', brand: 'Xiaomi' },
  ],
  [
    `Mozilla/5.0 (Linux; U; Android 11; zh-cn; V2055A Build/RP1A) ${webkit} Version/4.0 Chrome/87.0 Mobile Safari/537.36 VivoBrowser/14.2.1.0`,
    { browser: 'vivo Browser', brand: 'vivo' },
  ],
  [
    `Mozilla/5.0 (Linux; U; Android 12; zh-cn; PGBM10 Build/SP1A) ${webkit} Version/4.0 Chrome/90.0 Mobile Safari/537.36 HeyTapBrowser/40.8.7.1`,
    { browser: 'OPPO Browser', brand: 'OPPO' },
  ],
  [
    `Mozilla/5.0 (Linux; U; Android 10; zh-cn; MI 9 Build/QKQ1) ${webkit} Version/4.0 Chrome/89.0 MQQBrowser/13.1 Mobile Safari/537.36`,
    { browser: 'QQ Browser', browserVersion: '13.1', brand: 'Xiaomi' },
  ],
  [
    `Mozilla/5.0 (Linux; U; Android 10; zh-CN; ELS-AN00 Build/HUAWEI) ${webkit} Version/4.0 Chrome/78.0 UCBrowser/13.5.8.1111 Mobile Safari/537.36`,
    { browser: 'UC Browser', brand: 'Huawei' },
  ],
  [`${iphone} Mobile/15E148 Weibo (iPhone14,5__weibo__13.10.1__iphone__os16.6)`, { browser: 'Weibo', browserVersion: '13.10.1' }],
  [`${iphone} Mobile/15E148 DingTalk/7.0.40 AliApp(DingTalk/7.0.40)`, { browser: 'DingTalk' }],
  ['Dalvik/2.1.0 (Linux; U; Android 13; SM-G991B Build/TP1A.220624.014)', { os: 'Android', osVersion: '13', brand: 'Samsung', deviceType: 'mobile' }],
  ['MyApp/3.2 CFNetwork/1404.0.5 Darwin/22.3.0', { os: 'iOS', brand: 'Apple', deviceType: 'mobile' }],
];

test.each(userAgents)('%s', (userAgent, device) => {
  expect(devices.deviceOf(userAgent)).toMatchObject({ ...device, isBot: false });
});

const programs = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)',
];

test.each(programs)('is a program: %s', (userAgent) => {
  expect(devices.deviceOf(userAgent).isBot).toBe(true);
});

describe('client hints', () => {
  const frozen = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/128.0.0.0 Safari/537.36`;

  test('of headers tell Windows 11 and the true version', () => {
    const hints = hintsOfHeaders({
      'sec-ch-ua': '"Chromium";v="128", "Not;A=Brand";v="24", "Google Chrome";v="128"',
      'sec-ch-ua-full-version-list': '"Chromium";v="128.0.6613.85", "Not;A=Brand";v="24.0.0.0", "Google Chrome";v="128.0.6613.85"',
      'sec-ch-ua-platform': '"Windows"',
      'sec-ch-ua-platform-version': '"15.0.0"',
      'sec-ch-ua-mobile': '?0',
    });
    expect(devices.deviceOf(frozen, hints)).toEqual({
      browser: 'Chrome',
      browserVersion: '128.0.6613.85',
      os: 'Windows',
      osVersion: '11',
      deviceType: 'desktop',
      isBot: false,
    });
  });

  test('of the page tell the model behind a frozen user agent', () => {
    const hints = hintsOfContext({
      platform: 'Android',
      platformVersion: '14.0.0',
      mobile: true,
      model: '23127PN0CC',
      brands: [
        { brand: 'Microsoft Edge', version: '128' },
        { brand: 'Chromium', version: '128' },
      ],
    });
    expect(devices.deviceOf(`Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/128.0.0.0 Mobile Safari/537.36 EdgA/128`, hints)).toMatchObject({
      browser: 'Microsoft Edge',
      os: 'Android',
      osVersion: '14.0.0',
      model: '23127PN0CC',
      brand: 'Xiaomi',
      deviceType: 'mobile',
    });
  });

  test('that are none are none', () => {
    expect(hintsOfHeaders({})).toBeUndefined();
    expect(hintsOfContext('x')).toBeUndefined();
    expect(hintsOfContext({ brands: [{ brand: 1 }, null, 'x'], mobile: 'yes' })).toEqual({ brands: [] });
    expect(devices.deviceOf('', {})).toEqual({ isBot: false });
  });
});

test('knows libraries of servers from those of people', () => {
  for (const name of [
    '@segment/analytics-node',
    'analytics-node',
    'posthog-node',
    'posthog-python',
    'analytics-ruby',
    'RudderStack Go SDK',
    'amplitude-node-ts',
    'SensorsAnalytics Node SDK',
    'analytics-java',
  ])
    expect([name, isServerLibrary(name)]).toEqual([name, true]);
  for (const name of [
    'analytics.js',
    'posthog-js',
    'web',
    'RudderLabs JavaScript SDK',
    'mixpanel-browser',
    'analytics-ios',
    'analytics-android',
    'amplitude-ts',
    'perennial-web',
    'unknown',
  ])
    expect([name, isServerLibrary(name)]).toEqual([name, false]);
});

test('takes the user agent of a request for a person only when it is one', () => {
  for (const userAgent of ['curl/8.5.0', 'node', 'python-requests/2.31', 'axios/1.6', 'okhttp/4.9.0', undefined, 'Mozilla/5.0 Umami/v20.20.2'])
    expect(isPersonalUserAgent(userAgent)).toBe(false);
  expect(isPersonalUserAgent(userAgents[0]?.[0])).toBe(true);
});
