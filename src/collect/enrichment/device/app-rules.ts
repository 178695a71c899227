/** How one program names itself in a user agent where the general parser sees only the browser engine under it. */
export interface AppRule {
  name: string;
  /** Its first group is the version, where there is one. */
  pattern: RegExp;
}

/**
 * Programs that carry a browser inside, most of them Chinese, most special first: a mini program before the app that runs it, and the app
 * before its engine.
 */
export const appRules: readonly AppRule[] = [
  { name: 'WeCom', pattern: /wxwork\/([\d.]+)/i },
  { name: 'WeChat Mini Program', pattern: /MicroMessenger\/([\d.]+).*(?:miniProgram|MiniProgramEnv)/i },
  { name: 'WeChat Mini Program', pattern: /miniProgram.*MicroMessenger\/([\d.]+)/i },
  { name: 'WeChat', pattern: /MicroMessenger\/([\d.]+)/i },
  { name: 'Alipay Mini Program', pattern: /(?=.*MiniProgram).*AlipayClient\/([\d.]+)/i },
  { name: 'Alipay', pattern: /AlipayClient\/([\d.]+)/i },
  { name: 'DingTalk', pattern: /DingTalk\/([\d.]+)/i },
  { name: 'Feishu', pattern: /(?:Feishu|Lark)\/([\d.]+)/i },
  { name: 'Toutiao', pattern: /NewsArticle\/([\d.]+)|ToutiaoMicroApp/i },
  { name: 'Douyin', pattern: /(?:aweme(?:\.lite)?|trill|musical_ly)[/_]([\d.]+)|(?:ByteLocale|BytedanceWebview).*aweme|toutiaomicroapp.*douyin/i },
  { name: 'Kuaishou', pattern: /(?:Kwai|Kuaishou|ksNebula)\/([\d.]+)/i },
  { name: 'Xiaohongshu', pattern: /(?:xiaohongshu|discover)\/([\d.]+)/i },
  { name: 'Weibo', pattern: /Weibo[^_]*__weibo__([\d.]+)|WeiboliteiOS|\bWeibo\b/i },
  { name: 'Zhihu', pattern: /ZhihuHybrid|zhihu\/([\d.]+)|osee2unifiedRelease/i },
  { name: 'Taobao', pattern: /AliApp\((?:TB|TM|LT)\/([\d.]+)/i },
  { name: 'JD', pattern: /\bjdapp;[^;]*;([\d.]+)/i },
  { name: 'Baidu Mini Program', pattern: /swan(?:-baiduboxapp)?\/([\d.]+)/i },
  { name: 'Baidu App', pattern: /baiduboxapp\/([\d.]+)/i },
  { name: 'QQ', pattern: /\bQQ\/([\d.]+)/ },
  { name: 'QQ Browser', pattern: /M?QQBrowser\/([\d.]+)/i },
  { name: 'Quark', pattern: /Quark(?:PC)?\/([\d.]+)/i },
  { name: 'UC Browser', pattern: /UC(?:Browser|WEB)\/?([\d.]+)/i },
  { name: 'Huawei Browser', pattern: /HuaweiBrowser\/([\d.]+)/i },
  { name: 'Xiaomi Browser', pattern: /(?:MiuiBrowser|XiaoMi\/MiuiBrowser)\/([\d.]+)/i },
  { name: 'OPPO Browser', pattern: /(?:HeyTapBrowser|OppoBrowser)\/([\d.]+)/i },
  { name: 'vivo Browser', pattern: /VivoBrowser\/([\d.]+)/i },
  { name: 'Sogou Browser', pattern: /MetaSr ([\d.]+)|SogouMobileBrowser\/([\d.]+)/i },
  { name: '360 Browser', pattern: /\bQihooBrowser\/([\d.]+)|360(?:SE|EE)\b|mso_app/i },
];

/** The letters with which an Android model begins, and whose it is. */
export const modelBrands: readonly (readonly [RegExp, string])[] = [
  [/^(?:HUAWEI|[A-Z]{3}-(?:AL|TL|LX|AN|TN|NX|L|BX|W)\d|NOH|ELS|TAS|VOG|EML|CLT)/i, 'Huawei'],
  [/^(?:HONOR)/i, 'Honor'],
  [/^(?:Redmi|MI |Mi |MIX|POCO|XIAOMI|M?2[0-6]\d\d[\dA-Z]{3,8}$)/i, 'Xiaomi'],
  [/^(?:V\d{4}[A-Z]?|vivo|iQOO)/i, 'vivo'],
  [/^(?:OPPO|P[A-Z]{3}\d{2}|CPH\d{4})/i, 'OPPO'],
  [/^(?:RMX\d{4})/i, 'realme'],
  [/^(?:ONEPLUS|LE2\d{3}|HD19\d\d|KB20\d\d|IN20\d\d)/i, 'OnePlus'],
  [/^(?:SM-|SAMSUNG|GT-|SCH-)/i, 'Samsung'],
  [/^(?:Pixel|Nexus)/i, 'Google'],
  [/^(?:MEIZU|M\d{3}[A-Z]$)/i, 'Meizu'],
  [/^(?:XT\d{4}|moto)/i, 'Motorola'],
  [/^(?:Lenovo)/i, 'Lenovo'],
  [/^(?:Nokia|TA-\d{4})/i, 'Nokia'],
];
