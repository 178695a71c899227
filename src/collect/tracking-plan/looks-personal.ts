const names =
  /(^|[._\s-])(e-?mails?|phones?|mobiles?|tel(ephone)?|passw(or)?d|pwd|secret|token|ssn|passport|id_?(card|number|no)|birth(day|date)?|address|street|(first|last|full|real|user)_?name|wechat|openid|unionid|iban|card_?(no|number))([._\s-]|$)/i;
const chineseNames = /(姓名|手机|电话|邮箱|身份证|地址|生日|微信|银行卡|密码)/;
const camelHump = /([a-z\d])([A-Z])/g;
const email = /[^\s@"]+@[^\s@"]+\.[^\s@"]+/;
const chineseMobile = /(^|\D)(\+?86)?1[3-9]\d{9}(\D|$)/;
const chineseIdCard = /(^|\D)\d{17}[\dXx](\D|$)/;
const cardNumber = /(^|\D)(\d[ -]?){13,19}(\D|$)/;

/** Of people these are personal; of events they name a product, a page, a plan. */
const traitNames = /^(name|nick_?name|avatar|photo|gender|account)$/i;

/** Whether the name of a property (or trait) speaks of somebody: its values are not shown unless the plan marks it as public. */
export function isNamedPersonal(name: string, isTrait = false): boolean {
  if (isTrait && traitNames.test(name)) return true;
  return names.test(name.replaceAll(camelHump, '$1_$2')) || chineseNames.test(name);
}

/** Whether a value, as JSON, looks like an email, a phone number, an identity card or a bank card. */
export function looksPersonal(value: string): boolean {
  return email.test(value) || chineseMobile.test(value) || chineseIdCard.test(value) || cardNumber.test(value);
}
