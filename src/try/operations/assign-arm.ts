import { hash } from 'node:crypto';
import type { Arm } from './contract.ts';

const SPACE = 2 ** 48;

/**
 * Where a person falls in [0, 1) for an operation: the first 48 bits of SHA-256 of `project:operation:person`. The same on every machine and for
 * ever, and independent between operations.
 */
export function positionOf(projectId: number, operation: string, personId: number): number {
  return Number.parseInt(hash('sha256', `${projectId}:${operation}:${personId}`, 'hex').slice(0, 12), 16) / SPACE;
}

/**
 * The arm of a person. People below the control share are left out on purpose; raising the share only moves people from treatment to control,
 * so that nobody changes arm by coming back.
 */
export function assignArm(who: { projectId: number; operation: string; personId: number; controlPercent: number }): Arm {
  return positionOf(who.projectId, who.operation, who.personId) * 100 < who.controlPercent ? 'control' : 'treatment';
}
