import type { SiteList } from './channel-rules.ts';

/**
 * Sites by what they are. An entry with a dot is a host and everything below it; one without is a name that campaigns use. `word.*` is that name under
 * any country's ending.
 */
const lists: Record<SiteList, string> = {
  search: `google.* google bing.com bing baidu.com baidu sogou.com sogou so.com 360.cn 360 haosou.com sm.cn shenma m.sm.cn quark.cn quark toutiao-search
    so.toutiao.com yahoo.* yahoo duckduckgo.com duckduckgo yandex.* yandex naver.com naver daum.net ecosia.org ecosia ask.com aol.com
    startpage.com qwant.com brave.com search.brave.com seznam.cz chinaso.com youdao.com petalsearch.com petal coccoc.com search.com
    lycos.com dogpile.com kvasir.no rambler.ru rakuten.co.jp goo.ne.jp lilo.org presearch.com metager.org swisscows.com kagi.com
    dm-search onesearch.com`,
  social: `weibo.com weibo.cn weibo sina_weibo t.cn xiaohongshu.com xhslink.com xiaohongshu rednote rednote.com zhihu.com zhihu weixin.qq.com mp.weixin.qq.com
    wechat weixin wechat.com work.weixin.qq.com wecom channels.weixin.qq.com qzone.qq.com qzone qq.com qq tieba.baidu.com tieba douban.com douban
    jike okjike.com web.okjike.com facebook.com facebook fb fb.com fb.me m.facebook.com l.facebook.com instagram.com instagram ig threads.net threads.com
    threads twitter.com twitter x.com t.co linkedin.com linkedin lnkd.in reddit.com reddit pinterest.* pinterest pin.it tumblr.com tumblr
    snapchat.com snapchat whatsapp.com whatsapp wa.me telegram.org telegram t.me discord.com discord quora.com quora medium.com
    mastodon.social bsky.app bluesky vk.com vk ok.ru line.me line kakao.com kakaotalk messenger.com messenger meetup.com nextdoor.com
    xing.com disqus.com stackoverflow.com news.ycombinator.com hackernews v2ex.com juejin.cn csdn.net maimai.cn coolapk.com hupu.com`,
  video: `douyin.com iesdouyin.com douyin kuaishou.com gifshow.com kuaishou bilibili.com b23.tv bilibili youku.com youku iqiyi.com iqiyi v.qq.com
    mgtv.com ixigua.com xigua huya.com douyu.com acfun.cn youtube.com youtu.be youtube m.youtube.com vimeo.com vimeo tiktok.com tiktok
    twitch.tv twitch dailymotion.com dailymotion netflix.com netflix hulu.com hulu disneyplus.com wistia.com rutube.ru niconico.jp
    nicovideo.jp crackle`,
  shopping: `taobao.com taobao tmall.com tmall jd.com jd 1688.com alibaba.com alibaba aliexpress.com aliexpress pinduoduo.com yangkeduo.com pinduoduo pdd
    vip.com vipshop suning.com suning dangdang.com kaola.com youzan.com weidian.com smzdm.com smzdm dewu.com amazon.* amazon ebay.* ebay
    etsy.com etsy walmart.com walmart shopify.com shopify shopping.google.com google_shopping googleshopping shopping.yahoo.com
    mercadolibre.* mercadolibre rakuten.com shopee.* shopee lazada.* lazada flipkart.com target.com bestbuy.com temu.com temu shein.com shein
    shop.app allegro.pl zalando.* idealo.*`,
  ai: `chatgpt.com chatgpt chat.openai.com openai perplexity.ai perplexity claude.ai gemini.google.com copilot.microsoft.com deepseek.com
    chat.deepseek.com deepseek doubao.com doubao kimi.com kimi.moonshot.cn kimi yiyan.baidu.com chat.baidu.com wenxin tongyi.aliyun.com tongyi.com tongyi
    qwen.ai yuanbao.tencent.com yuanbao chatglm.cn metaso.cn metaso grok.com you.com poe.com`,
};

const entries = Object.fromEntries(Object.entries(lists).map(([name, text]) => [name, new Set(text.split(/\s+/).filter(Boolean))])) as Record<
  SiteList,
  Set<string>
>;
const secondLevels = new Set(['co', 'com', 'net', 'org', 'ac', 'gov', 'edu']);

/** Whether a campaign's source or a host is on a list. Expects lower case. */
export function isOnList(list: SiteList, source: string): boolean {
  const known = entries[list];
  if (known.has(source)) return true;
  if (!source.includes('.')) return false;
  // Every parent of the host: m.baidu.com, baidu.com. The most special list wins by the order of the rules.
  for (let from = 0; from >= 0; from = source.indexOf('.', from) + 1 || -1) if (known.has(source.slice(from))) return true;
  return known.has(`${nameOfHost(source)}.*`);
}

/** `www.google.co.uk` -> `google`. */
function nameOfHost(host: string): string {
  const parts = host.split('.');
  const ending = parts.length > 2 && secondLevels.has(parts.at(-2) ?? '') ? 2 : 1;
  return parts.at(-1 - ending) ?? '';
}
