import { sql } from 'kysely';
import { LocalDays } from '../../kernel/local-days.ts';
import { Remembered } from '../../kernel/remembered.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { ChannelRule } from './channels/channel-rules.ts';
import { type Classified, compileRules, type Touch } from './channels/classify.ts';
import { defaultChannelRules } from './channels/default-rules.ts';
import type { CollectionSettings, PersonalRule } from './contract.ts';
import { Rates } from './currency/rates.ts';
import { type Protection, protectionOf } from './personal/protect.ts';
import { ratesOfProject } from './queries/rates-of-project.ts';
import { Recent } from './recent.ts';
import type { SessionRule } from './sessions/session-book.ts';
import { settingsOf } from './settings.ts';

/** Everything about a project that its enricher needs, ready for use. */
export interface Profile {
  projectId: number;
  settings: CollectionSettings;
  currency: string;
  dayOf(timeMs: number): string;
  sessionRule: SessionRule;
  classify(touch: Touch): Classified;
  channels: Recent<string>;
  rates: Rates;
  protection: Protection | undefined;
  /** Places about which somebody has decided, as `place:name`. */
  decided: ReadonlySet<string>;
}

export const PROFILE_TOPIC = 'enrichment';
const limits = { foundMax: 2_000, foundTtlMs: 60_000, absentMax: 1_000, absentTtlMs: 1_000 };
const CHANNELS_KEPT = 10_000;
const MINUTE_MS = 60_000;

type MarksOf = (projectId: number) => Promise<readonly PersonalRule[]>;

/** Profiles of projects, from memory; dropped when something about the project changes. */
export class Profiles {
  readonly #kernel: Kernel;
  readonly #projects: Pick<ProjectsApi, 'project'>;
  readonly #marks: MarksOf[] = [];
  readonly #days = new LocalDays();
  readonly #known: Remembered<number, Profile>;
  readonly #rates = new Map<number, { readAt: number; rates: Rates }>();

  constructor(kernel: Kernel, projects: Pick<ProjectsApi, 'project'>) {
    this.#kernel = kernel;
    this.#projects = projects;
    this.#known = new Remembered((projectId) => this.#load(projectId), kernel.clock, limits);
    for (const topic of [PROFILE_TOPIC, 'keys'])
      kernel.bus.subscribe(topic, (notice) => {
        const { projectId } = notice as { projectId: number };
        this.#known.forget((id) => id === projectId);
      });
  }

  get(projectId: number): Promise<Profile | undefined> {
    return this.#known.get(projectId);
  }

  addMarks(marksOf: MarksOf): void {
    this.#marks.push(marksOf);
  }

  /** Here at once, elsewhere by the bus. */
  changed(projectId: number): void {
    this.#known.forget((id) => id === projectId);
    this.#kernel.bus.publish(PROFILE_TOPIC, { projectId });
  }

  async #load(projectId: number): Promise<Profile | undefined> {
    const project = await this.#projects.project(projectId);
    if (!project) return undefined;
    const db = this.#kernel.postgres.as<object>();
    const { settings, hashKey, updatedAt } = await settingsOf(db, projectId, this.#kernel.clock.now());
    const rules = await this.personalRulesOf(projectId);
    const { sessions } = settings;
    return {
      projectId,
      settings,
      currency: project.currency,
      dayOf: (timeMs) => this.#days.dayOf(project.timeZone, timeMs),
      sessionRule: {
        idleMs: sessions.idleMinutes * MINUTE_MS,
        lengthMaxMs: sessions.lengthMaxHours * 60 * MINUTE_MS,
        isCutAtMidnight: sessions.isCutAtMidnight,
        isCutOnCampaign: sessions.isCutOnCampaign,
      },
      classify: compileRules((await this.channelRulesOf(projectId)) ?? defaultChannelRules),
      channels: new Recent(CHANNELS_KEPT),
      rates: await this.#ratesOf(projectId, settings, updatedAt),
      protection: protectionOf(rules, hashKey),
      decided: new Set(rules.map(({ place, name }) => `${place}:${name}`)),
    };
  }

  /** A table may have hundreds of thousands of rates: it is read again only when something was changed (every change moves `updated_at`). */
  async #ratesOf(projectId: number, { currency }: CollectionSettings, updatedAt: number): Promise<Rates> {
    const known = this.#rates.get(projectId);
    if (known && known.readAt === updatedAt) return known.rates;
    const rows = await ratesOfProject(this.#kernel.postgres.as<object>(), projectId);
    const rates = new Rates(rows, { ageMaxDays: currency.rateAgeMaxDays, isBuiltInUsed: currency.isBuiltInUsed });
    this.#rates.set(projectId, { readAt: updatedAt, rates });
    return rates;
  }

  /** The project's own table; undefined while it uses the usual one. */
  async channelRulesOf(projectId: number): Promise<ChannelRule[] | undefined> {
    const { rows } = await sql<{ rules: ChannelRule[] }>`SELECT rules FROM channel_rules WHERE project_id = ${projectId}`.execute(
      this.#kernel.postgres.as<object>(),
    );
    return rows[0]?.rules;
  }

  /** The project's own rules, and the marks of other slices where it has none. */
  async personalRulesOf(projectId: number): Promise<(PersonalRule & { isOwn: boolean })[]> {
    const { rows } = await sql<PersonalRule>`
      SELECT place, name, action FROM personal_rules WHERE project_id = ${projectId} ORDER BY place, name`.execute(
      this.#kernel.postgres.as<object>(),
    );
    const rules = rows.map((rule) => ({ ...rule, isOwn: true }));
    const known = new Set(rules.map(({ place, name }) => `${place}:${name}`));
    for (const marksOf of this.#marks)
      for (const mark of await marksOf(projectId)) if (!known.has(`${mark.place}:${mark.name}`)) rules.push({ ...mark, isOwn: false });
    return rules;
  }
}
