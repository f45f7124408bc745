import { deploymentChanged } from '../../functions/deployment-changed/flow.ts';
import { imagePushed } from '../../functions/image-pushed/flow.ts';
import { settingsOf } from '../../functions/image-pushed/settings.ts';
import { reconcile } from '../../functions/reconcile/flow.ts';
import { settingsOf as reconcileSettings } from '../../functions/reconcile/settings.ts';
import { rollService } from '../../functions/roll-service/flow.ts';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import { type JsonObject, type JsonValue, parseLossless } from '../../shared/domain/lossless-json.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import { nudge } from '../../shared/domain/nudge.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Key } from '../../shared/ports.ts';
import { loadNotice, noticeIdOfKey } from '../../shared/records/notice-record.ts';
import { changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import { aRule } from '../builders/config.ts';
import { account, aService, at, name, region } from '../builders/rollouts.ts';
import { aroundAll, type Watch } from './around.ts';
import { FakeClusters } from './fake-clusters.ts';
import { FakeImages } from './fake-images.ts';
import { FakeScheduledTargets } from './fake-scheduled-targets.ts';
import { FakeServices } from './fake-services.ts';
import { FakeTaskDefinitions } from './fake-task-definitions.ts';
import { FakeTasks } from './fake-tasks.ts';

type Entry = Readonly<Record<string, unknown>> & { readonly outcome: string };

export function aConfig(overrides: Partial<SlipwayConfig> = {}): SlipwayConfig {
  return {
    version: 1,
    mode: 'act',
    clusters: [{ name: 'prod', adoptByTag: false }],
    deploy: [aRule(), aRule({ image: 'shop/proxy', tags: { exact: 'stable' } })],
    reconcileMs: 15 * 60_000,
    share: 70,
    notify: [],
    ...overrides,
  };
}

/** One service, prod/web, on revision 1 of web; AWS and the table in memory; time that stands still unless somebody waits. */
export class FakeWorld {
  readonly virtual = new VirtualClock(at(100));
  readonly #inserted: Key[] = [];
  readonly table = new MemoryTable((key) => this.#inserted.push(key));
  readonly rollouts = new MemoryQueue({ clock: this.virtual, fifo: true, visibilityMs: 1, receiveMax: 9 });
  readonly pushes = new MemoryQueue({ clock: this.virtual, visibilityMs: 1, receiveMax: 9 });
  readonly reconciles = new MemoryQueue({ clock: this.virtual, visibilityMs: 1, receiveMax: 9 });
  readonly wakeups = new MemoryQueue({ clock: this.virtual, visibilityMs: 1, receiveMax: 9 });
  readonly looks = new MemoryQueue({ clock: this.virtual, visibilityMs: 1, receiveMax: 9 });
  readonly services = new FakeServices();
  readonly definitions = new FakeTaskDefinitions(() => this.virtual.now());
  readonly images = new FakeImages();
  readonly tasks = new FakeTasks();
  readonly clusters = new FakeClusters();
  readonly scheduledTargets = new FakeScheduledTargets();
  readonly entries: Entry[] = [];
  readonly journal = { record: (entry: Entry) => void this.entries.push(entry) };
  readonly clock = {
    now: () => this.virtual.now(),
    pause: (ms: number) => Promise.resolve(this.virtual.advance(ms)),
  };
  readonly home = { account, region };
  config = aConfig();

  constructor() {
    this.services.put(aService());
    this.images.push('shop/web', '1.0.0', { digit: 'a' });
    this.images.push('shop/web', '1.1.0', { digit: 'b' });
  }

  /** Whether a push finds the inventory as reconcile leaves it just then. */
  inventory: 'fresh' | 'as it is' = 'fresh';

  async push(event: unknown, watch: Watch = pass): Promise<void> {
    if (this.inventory === 'fresh') await this.see();
    const settings = { ...settingsOf(this.config, this.home), home: this.home };
    await imagePushed(event, { ...this.#ports(watch), ...settings });
  }

  /** Looks at every service, as reconcile does, and leaves unsaid what it would have image-pushed do. */
  async see(): Promise<void> {
    const waiting = taken(this.pushes);
    for (const cluster of this.config.clusters.map((one) => one.name)) {
      for (const service of await this.services.list(cluster)) {
        await this.reconcile({ v: 1, kind: 'see', cluster, service });
      }
    }
    taken(this.pushes);
    for (const body of waiting) await this.pushes.send({ body });
  }

  reconcile(message: JsonValue, watch: Watch = pass): Promise<void> {
    const settings = { ...reconcileSettings(this.config), owner: `slipway-dev/${account}/${region}` };
    return reconcile(message, { ...this.#ports(watch), ...settings });
  }

  roll(watch: Watch = pass): Promise<void> {
    return this.attend(nudge({ ...name, generation: 1 }).body, watch);
  }

  /** A message of `rollouts.fifo`. */
  attend(message: JsonValue, watch: Watch = pass): Promise<void> {
    const { mode, share } = this.config;
    return rollService(message, { ...this.#ports(watch), mode, share });
  }

  deployment(event: JsonValue, watch: Watch = pass): Promise<void> {
    return deploymentChanged(event, this.#ports(watch));
  }

  /** All of them: what a flow does not ask for it does not use. */
  #ports(watch: Watch) {
    const { table, services, definitions, images, tasks, clusters, scheduledTargets } = this;
    const { journal, clock } = this;
    const { rollouts, pushes, reconciles, wakeups, looks } = this;
    const queues = { rollouts, pushes, reconciles, wakeups, looks };
    const ports = { table, services, definitions, images, tasks, clusters, scheduledTargets, journal, clock };
    return aroundAll({ ...ports, ...queues }, watch);
  }

  async given(target: Target): Promise<void> {
    await changeTarget({ table: this.table, now: this.virtual.now() }, target, () => ({
      target,
      notices: [],
    }));
  }

  async target(): Promise<Target> {
    const target = await loadTarget(this.table, name);
    if (target === undefined) throw new Error('prod/web is not known');
    return target;
  }

  /** Kinds of the notices that were written, in order. */
  async said(): Promise<readonly string[]> {
    return (await this.notices()).map(({ kind }) => kind.replace('rollout.', ''));
  }

  async notices(): Promise<readonly Notice[]> {
    const ids = this.#inserted.flatMap((key) => noticeIdOfKey(key) ?? []);
    const stored = await Promise.all(ids.map((id) => loadNotice(this.table, id)));
    return stored.flatMap((one) => one?.notice ?? []);
  }

  outcomes(): readonly string[] {
    return this.entries.map(({ outcome, reason }) =>
      typeof reason === 'string' ? `${outcome}: ${reason}` : outcome,
    );
  }
}

function pass(_method: string, call: () => unknown): unknown {
  return call();
}

/** Takes every message that is visible now. */
export function taken(queue: MemoryQueue): readonly JsonObject[] {
  const bodies: JsonObject[] = [];
  for (let one = queue.receive(); one !== undefined; one = queue.receive()) {
    bodies.push(parseLossless(one.body) as JsonObject);
    queue.delete(one.receipt);
  }
  return bodies;
}
