import { VirtualClock } from '../../sandbox/clock.ts';
import type { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import type { DeployRule } from '../../shared/config/types.ts';
import { nameMatches } from '../../shared/domain/name-glob.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import type { Plan } from '../../shared/domain/plan/state.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Item, Key } from '../../shared/ports.ts';
import type { Case } from './case.ts';
import { Faults } from './faults.ts';
import { Registry } from './registry.ts';
import { Since } from './since.ts';
import { Store } from './store.ts';
import { Tags } from './tags.ts';
import type { Truth } from './truth.ts';

export interface Options {
  /** Faults and steps that shrinking left out. */
  readonly without: ReadonlySet<string>;
  readonly story?: ((at: number, text: string) => void) | undefined;
}

const start = Date.UTC(2026, 10, 1, 10);

/** What there is, and the whole truth of it: what flows may not see, and what they are judged by. */
export class Scene {
  readonly given: Case;
  readonly options: Options;
  readonly clock = new VirtualClock(start);
  readonly startedAt = start;
  readonly registry = new Registry();
  readonly tags = new Tags();
  readonly faults: Faults;
  readonly table: Store;
  readonly truth: Truth;
  readonly since: Since;
  readonly feeds: Record<string, MemoryQueue> = {};
  readonly announced: { readonly at: number; readonly notice: Notice }[] = [];
  readonly violations: string[] = [];
  /** Services on hold by their tag, since when. */
  readonly held = new Map<string, number>();
  /** Services that were on hold at some time: pushes passed them by. */
  readonly everHeld = new Set<string>();
  /** Services that somebody else set to something. */
  readonly meddled = new Set<string>();
  /** Services of which somebody lifted a quarantine: what failed there may come back. */
  readonly unquarantined = new Set<string>();
  /** Digests of pushes of which no event came. */
  readonly lostPushes = new Set<string>();
  /** Nothing happened to any service but pushes. */
  isPlain = true;
  /** Functions at work. */
  busy = 0;

  constructor(
    given: Case,
    options: Options,
    { truth, inserted }: { truth: Truth; inserted: (key: Key) => void },
  ) {
    this.given = given;
    this.options = options;
    this.truth = truth;
    this.since = new Since(() => this.clock.now());
    this.table = new Store(inserted, (item) => this.since.written(item));
    this.faults = new Faults(given.seed, { plan: given.faults, without: options.without });
  }

  say(text: string): void {
    this.options.story?.(this.clock.now() - start, text);
  }

  /** As `say`, for what costs time to put into words. */
  tell(words: () => string): void {
    if (this.options.story !== undefined) this.say(words());
  }

  violates(what: string): void {
    this.say(`VIOLATION ${what}`);
    this.violations.push(what);
  }

  target(service: string): Target | undefined {
    const item = this.table.read({ pk: `target#prod/${service}`, sk: 'state' });
    return item?.body as unknown as Target | undefined;
  }

  targets(): readonly Target[] {
    return this.table
      .all('target#')
      .filter(isState)
      .map(bodyOf<Target>);
  }

  isHeld(service: string): boolean {
    return this.held.has(service) || this.target(service)?.hold !== undefined;
  }

  plans(): readonly Plan[] {
    return this.table
      .all('plan#')
      .filter(isState)
      .map(bodyOf<Plan>);
  }

  notices(): readonly Notice[] {
    return this.table
      .all('notice#')
      .filter(({ sk }) => sk === 'notice')
      .map(({ body }) => body['notice'] as unknown as Notice);
  }

  pausedAt(): number | undefined {
    const { paused, at } = this.table.read({ pk: 'control', sk: 'pause' })?.body ?? {};
    return paused === true ? Number(at) : undefined;
  }

  isPaused(): boolean {
    return this.pausedAt() !== undefined;
  }

  /** Whether somebody but a person undoes a failure there. */
  goesBack(service: string): boolean {
    const containers = this.given.services.find(({ name }) => name === service)?.containers ?? [];
    const rules = containers.flatMap(({ repository }) => this.#rule(repository) ?? []);
    return (
      rules.every(({ rollback }) => rollback === 'automatic') && this.target(service)?.good !== undefined
    );
  }

  ruleNames(service: string, container: string): boolean {
    const plan = this.given.services.find(({ name }) => name === service);
    const { repository } = plan?.containers.find(({ name }) => name === container) ?? {};
    const { containers } = this.#rule(repository) ?? {};
    return repository !== undefined && (containers === undefined || containers.includes(container));
  }

  #rule(repository: string | undefined): DeployRule | undefined {
    return this.given.deploy.find(({ image }) => repository !== undefined && nameMatches(image, repository));
  }
}

function isState({ sk }: Item): boolean {
  return sk === 'state';
}

function bodyOf<T>({ body }: Item): T {
  return body as unknown as T;
}
