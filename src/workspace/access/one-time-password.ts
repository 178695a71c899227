import { randomInt } from 'node:crypto';

/** Without characters that are mistaken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const groupLength = 5;

/** A password that can be read out: four groups of five, 99 random bits. */
export function makePassword(): string {
  const group = (): string => Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}

const dayMs = 24 * 3_600_000;

/** A one-time password that nobody used is worth nothing after this. */
export const oneTimePasswordTtlMs = 7 * dayMs;
