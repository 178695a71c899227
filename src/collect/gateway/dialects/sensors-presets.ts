/** Sensors Analytics' (神策) preset events and the ones that everybody uses here. Others keep their own `$Name`. */
export const presetEvents: Readonly<Record<string, string>> = {
  $pageview: '$page',
  $WebClick: '$click',
  $WebPageLeave: '$page_leave',
  $AppViewScreen: '$screen',
  $AppClick: '$click',
  $AppStart: '$app_open',
  $AppEnd: '$app_close',
  $AppInstall: '$app_install',
  $AppCrashed: '$app_crash',
  $AppPageLeave: '$page_leave',
  $MPViewScreen: '$screen',
  $MPShow: '$app_open',
  $MPHide: '$app_close',
  $MPClick: '$click',
  $MPPageLeave: '$page_leave',
};

/** Where a visit came from, as the SDKs write it, and its code. */
const trafficSources: Readonly<Record<string, string>> = {
  直接流量: 'direct',
  自然搜索流量: 'organic_search',
  付费广告流量: 'paid',
  社交网站流量: 'social',
  引荐流量: 'referral',
  未知渠道: 'unknown',
  获取url异常: 'unknown',
};

/** What stands in any preset text where the SDK had nothing to say, and its code. */
const nothings: Readonly<Record<string, string>> = {
  未取到值: 'none',
  未取到值_直接打开: 'direct_open',
  未取到值_非http的url: 'not_http',
  未知搜索引擎: 'unknown_engine',
  取值异常: 'unreadable',
  url解析失败: 'unreadable',
  hostname解析异常: 'unreadable',
  url_host取值异常: 'unreadable',
  url的domain解析失败: 'unreadable',
  参数解析不合法: 'unreadable',
};

const carriers: Readonly<Record<string, string>> = {
  中国移动: 'china_mobile',
  中国联通: 'china_unicom',
  中国电信: 'china_telecom',
  中国广电: 'china_broadnet',
  中国铁通: 'china_tietong',
};

const nothingPrefixes = ['取值异常_', 'url_domain异常_'];

/** The code of a preset value that the SDK writes in Chinese; any other value is given back as it is. Only for names that begin with `$`. */
export function codeOf(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const code = name.endsWith('traffic_source_type') ? trafficSources[value] : name === '$carrier' ? carriers[value] : undefined;
  return code ?? nothings[value] ?? (nothingPrefixes.some((prefix) => value.startsWith(prefix)) ? 'unreadable' : value);
}

/** True for a preset text by which the SDK says that it has no value. */
export function saysNothing(value: unknown): boolean {
  return typeof value === 'string' && (value in nothings || nothingPrefixes.some((prefix) => value.startsWith(prefix)));
}
