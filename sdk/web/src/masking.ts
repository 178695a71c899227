/** What stands for what is not told. */
const mask = '***';

const email = /[\w.+-]+@[\w-]+\.[\w.-]*\w/g;
/** Runs of 7 digits and more, with single blanks, dots, hyphens or brackets among them: phone, card, account and identity card numbers. */
const digits = /\+?\(?\d(?:[ .()-]{0,2}\d){6,}[xX]?/g;
const secretParameter =
  /^(.*[_-])?(pass(word|wd|code)?|pwd|token|secret|auth|jwt|signature|sig|api[_-]?key|session(id)?|ssn|card(no|number)?|cvv|cvc|otp|email|mobile|phone|tel)$/i;
const addressInQuery = /[\w.+-](@|%40)[\w-]+\.\w/i;
const textLengthMax = 100;

/** Text of an element as it may be told: blanks folded, addresses and long numbers masked, at most 100 characters. */
export function maskText(text: string): string {
  const told = text.replace(/\s+/g, ' ').trim().replace(email, mask).replace(digits, mask);
  return told.length > textLengthMax ? `${told.slice(0, textLengthMax - 1)}…` : told;
}

/** A query (`?a=b`) with the values of parameters masked whose names say that they are secret or personal, and of those that hold an email address. */
export function maskSearch(search: string): string {
  return search.replace(/([?&#])([^?=&#]+)=([^&#]*)/g, (whole, before: string, name: string, value: string) =>
    secretParameter.test(name) || addressInQuery.test(value) ? `${before}${name}=${mask}` : whole,
  );
}

/** An address with its query masked and without a user's name and password. `mailto:` and `tel:` lose whom they name; `javascript:` and `data:` all they say. */
export function maskUrl(url: string): string {
  const scheme = /^(mailto|tel|sms|javascript|data|blob):/i.exec(url);
  if (scheme) return scheme[0].toLowerCase();
  return maskSearch(url.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#@]*@/i, '$1//'));
}
