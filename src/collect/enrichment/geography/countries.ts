/** Codes that `Intl` knows beside those of ISO 3166-1: former countries, unions, parts and test codes. */
const notCountries = new Set(
  'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT QO RH SU TA TP UK UN VD XA XB XX YD YU ZR ZZ HK MO TW CN'.split(' '),
);

/** Names of the address databases that differ from those of `Intl`. */
const otherNames: Record<string, string> = {
  阿联酋: 'AE',
  巴勒斯坦: 'PS',
  刚果金: 'CD',
  '刚果(金)': 'CD',
  刚果布: 'CG',
  '刚果(布)': 'CG',
  马其顿: 'MK',
  波黑: 'BA',
  留尼旺: 'RE',
  圣马丁: 'MF',
  孟加拉: 'BD',
  托克劳群岛: 'TK',
  瓦利斯和富图纳群岛: 'WF',
  中非: 'CF',
  多米尼加: 'DO',
  法国南部领地: 'TF',
  南乔治亚岛和南桑威奇群岛: 'GS',
  蒙塞拉特岛: 'MS',
};

function countryNames(): Map<string, string> {
  const names = new Map<string, string>();
  const chinese = new Intl.DisplayNames(['zh-CN'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const first of letters)
    for (const second of letters) {
      const code = first + second;
      const name = notCountries.has(code) ? undefined : chinese.of(code);
      if (name !== undefined) names.set(name, code);
    }
  for (const [name, code] of Object.entries(otherNames)) names.set(name, code);
  return names;
}

const codeByName = countryNames();
const namesByLength = [...codeByName.keys()].sort((left, right) => right.length - left.length);

/** ISO 3166-1 alpha-2 of the country that a Chinese text begins with: `美国California州Fremont` is US, `英国百慕大` is BM. China itself is not asked here. */
export function countryOf(text: string): string | undefined {
  const exact = codeByName.get(text);
  if (exact !== undefined) return exact;
  const name = namesByLength.find((each) => text.startsWith(each));
  if (name === undefined) return undefined;
  // A territory is written behind the country that it belongs to.
  return countryOf(text.slice(name.length)) ?? codeByName.get(name);
}
