/** A first-level division of China: ISO 3166-2:CN code, GB/T 2260 code, names. */
export interface Province {
  code: string;
  adcode: string;
  /** As databases abbreviate it. */
  short: string;
  zh: string;
  en: string;
}

const table = `
CN-BJ 110000 北京 北京市 Beijing
CN-TJ 120000 天津 天津市 Tianjin
CN-HE 130000 河北 河北省 Hebei
CN-SX 140000 山西 山西省 Shanxi
CN-NM 150000 内蒙古 内蒙古自治区 Inner_Mongolia
CN-LN 210000 辽宁 辽宁省 Liaoning
CN-JL 220000 吉林 吉林省 Jilin
CN-HL 230000 黑龙江 黑龙江省 Heilongjiang
CN-SH 310000 上海 上海市 Shanghai
CN-JS 320000 江苏 江苏省 Jiangsu
CN-ZJ 330000 浙江 浙江省 Zhejiang
CN-AH 340000 安徽 安徽省 Anhui
CN-FJ 350000 福建 福建省 Fujian
CN-JX 360000 江西 江西省 Jiangxi
CN-SD 370000 山东 山东省 Shandong
CN-HA 410000 河南 河南省 Henan
CN-HB 420000 湖北 湖北省 Hubei
CN-HN 430000 湖南 湖南省 Hunan
CN-GD 440000 广东 广东省 Guangdong
CN-GX 450000 广西 广西壮族自治区 Guangxi
CN-HI 460000 海南 海南省 Hainan
CN-CQ 500000 重庆 重庆市 Chongqing
CN-SC 510000 四川 四川省 Sichuan
CN-GZ 520000 贵州 贵州省 Guizhou
CN-YN 530000 云南 云南省 Yunnan
CN-XZ 540000 西藏 西藏自治区 Tibet
CN-SN 610000 陕西 陕西省 Shaanxi
CN-GS 620000 甘肃 甘肃省 Gansu
CN-QH 630000 青海 青海省 Qinghai
CN-NX 640000 宁夏 宁夏回族自治区 Ningxia
CN-XJ 650000 新疆 新疆维吾尔自治区 Xinjiang
CN-TW 710000 台湾 台湾省 Taiwan
CN-HK 810000 香港 香港特别行政区 Hong_Kong
CN-MO 820000 澳门 澳门特别行政区 Macao`;

/** First-level divisions of China (ISO 3166-2:CN, GB/T 2260). */
export const provinces: readonly Province[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [code = '', adcode = '', short = '', zh = '', en = ''] = line.split(' ');
    return { code, adcode, short, zh, en: en.replaceAll('_', ' ') };
  });

const byCode = new Map(provinces.map((province) => [province.code, province]));

/** The name of a country (`CN`) or a Chinese province (`CN-GD`) for people; the code itself when nobody knows it. */
export function placeName(code: string, locale: 'zh-CN' | 'en'): string {
  const province = byCode.get(code);
  if (province) return locale === 'zh-CN' ? province.zh : province.en;
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' }).of(code) ?? code;
}
