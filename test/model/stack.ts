import { reconcile } from '../../functions/reconcile/flow.ts';
import { settingsOf as reconcileSettings } from '../../functions/reconcile/settings.ts';
import type { Clock } from '../../sandbox/clock.ts';
import type { EcsModel } from '../../sandbox/ecs/model.ts';
import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { memoryScheduledTargets } from '../../sandbox/embedded/memory-scheduled-targets.ts';
import { carryNotices, eventBusOver } from '../../sandbox/embedded/plumbing.ts';
import { account, type BusEvent, region } from '../../sandbox/world-types.ts';
import { clusters } from '../../shared/aws/clusters.ts';
import { services } from '../../shared/aws/services.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import type { Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Item } from '../../shared/ports.ts';
import { storedDefinitions } from '../../shared/records/definition-record.ts';
import { ecsClientOver } from '../simulation/ecs-client.ts';
import { startFeeds } from '../simulation/feeds.ts';
import { flowsOver, type Ports } from '../simulation/functions.ts';
import { Invocations } from '../simulation/invocations.ts';
import type { Registry } from '../simulation/registry.ts';
import { Store } from '../simulation/store.ts';
import { inspect } from '../simulation/workers.ts';
import { PlannedFaults } from './planned-faults.ts';

const second = 1_000;
const minute = 60 * second;
/** As serverless.yml sets them. */
const receiveMax = 5;
const patientMax = 50;

/** Where stacks live. */
interface Surroundings {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly model: EcsModel;
  /** Something may go on in a moment. */
  move(): void;
  sleep(ms: number): Promise<void>;
}

/** A call of ECS that took effect. */
interface Call {
  readonly operation: string;
  readonly input: JsonObject;
  readonly at: number;
}

/** One stack of Slipway: the real flows, wired as the handlers wire them, with a table and queues of its own. */
export class Stack {
  readonly faults = new PlannedFaults();
  readonly table: Store;
  readonly queues: ReturnType<typeof queuesOf>;
  readonly announced: Notice[] = [];
  readonly calls: Call[] = [];
  readonly journal: JsonObject[] = [];
  readonly hear: (event: BusEvent) => void;
  scheduledTargets: Ports['scheduledTargets'] = memoryScheduledTargets();
  throttledUntil = 0;
  readonly #world: Surroundings;
  readonly #invocations: Invocations;
  readonly #bugs: string[] = [];
  #isHeard = true;

  constructor(world: Surroundings, config: SlipwayConfig, owner: string) {
    this.#world = world;
    const { clock } = world;
    this.queues = queuesOf(world);
    const carry = carryNotices(this.queues.stream);
    this.table = new Store(
      (key) => {
        if (this.#isHeard) carry(key);
      },
      () => undefined,
    );
    this.hear = eventBusOver(this.queues);
    this.#invocations = new Invocations({
      clock,
      faults: this.faults,
      latencyMs: 20,
      moved: () => world.move(),
      isThrottled: (call) =>
        clock.now() < this.throttledUntil && /^(?:services|definitions|tasks)\./.test(call),
      said: () => undefined,
    });
    this.#start(config, owner);
  }

  target(service: string, cluster = 'prod'): Target | undefined {
    return this.table.read({ pk: `target#${cluster}/${service}`, sk: 'state' })?.body as unknown as Target;
  }

  rollout(service: string, generation: number): Rollout | undefined {
    return this.target(service)?.rollouts.find((one) => one.generation === generation);
  }

  /** Kinds of the notices about a service, in their order. */
  said(service: string): readonly string[] {
    return this.announced.filter((one) => one.service === service).map(({ kind }) => kind);
  }

  /** Inputs of the calls of an operation that took effect. */
  sent(operation: string): readonly JsonObject[] {
    return this.calls.filter((one) => one.operation === operation).map(({ input }) => input);
  }

  /** What may never be: a flow threw what is no fault of the outside world, or a message was given up. */
  get wrong(): readonly string[] {
    return [...this.#bugs, ...Object.values(this.queues).flatMap(({ deadLetters }) => deadLetters)];
  }

  /** Nobody is at work, no message waits, and nothing of a rollout is due. */
  get isAtRest(): boolean {
    const isQuiet =
      this.#invocations.count === 0 && Object.values(this.queues).every(({ length }) => length === 0);
    return isQuiet && this.table.waiting.length === 0;
  }

  /** Items that somebody else left in the table long ago. */
  async put(items: readonly Item[]): Promise<void> {
    this.#isHeard = false;
    for (const item of items)
      for (let version = 1; version <= item.version; version += 1)
        await this.table.write([{ ...item, version }]);
    this.#isHeard = true;
  }

  #start(config: SlipwayConfig, owner: string): void {
    const ports = this.#ports();
    const home = { ...ports, definitions: storedDefinitions(ports.definitions, ports.table) };
    const flows = {
      ...flowsOver(ports, config),
      reconcile: (message: JsonValue) =>
        reconcile(message, { ...home, ...reconcileSettings(config), owner: `${owner}/${account}/${region}` }),
    };
    const { clock } = this.#world;
    const settings = {
      clock,
      faults: this.faults,
      invocations: this.#invocations,
      said: () => undefined,
      handled: () => undefined,
      broke: (what: string) => void this.#bugs.push(what.slice(0, 300)),
    };
    startFeeds({ queues: this.queues, flows }, settings);
    const all = () => void this.queues.reconciles.send({ body: { v: 1, kind: 'all' } });
    all();
    this.#every(config.reconcileMs, all);
    this.#every(minute, () => {
      if (!this.table.waiting.some(({ at }) => at <= clock.now())) return;
      const run = { name: 'tick', timeoutMs: 50 * second, isSpared: false };
      void this.#invocations
        .run(run, () => flows.tick())
        .then((ending) => {
          if (ending.kind === 'threw') inspect('tick', ending.error, settings);
        });
    });
  }

  #every(ms: number, run: () => void): void {
    this.#world.clock.after(ms, () => {
      this.#every(ms, run);
      run();
    });
  }

  #ports(): Ports {
    const { clock, registry } = this.#world;
    const client = ecsClientOver((operation, input) => this.#call(operation, input));
    const watched = <Port extends object>(name: string, port: Port) => this.#invocations.watched(name, port);
    const { rollouts, deployments, pushes, reconciles, wakeups, unpublished } = this.queues;
    const scheduled: Ports['scheduledTargets'] = {
      page: (kind, token) => this.scheduledTargets.page(kind, token),
      read: (name) => this.scheduledTargets.read(name),
      set: (name, revision) => this.scheduledTargets.set(name, revision),
    };
    return {
      table: watched('table', this.table),
      rollouts: watched('rollouts', rollouts),
      looks: watched('deployments', deployments),
      pushes: watched('pushes', pushes),
      reconciles: watched('reconciles', reconciles),
      wakeups: watched('wakeups', wakeups),
      unpublished: watched('unpublished', unpublished),
      services: watched('services', services(client, client)),
      tasks: watched('tasks', tasks(client)),
      clusters: watched('clusters', clusters(client, client)),
      definitions: watched('definitions', taskDefinitions(client, client)),
      scheduledTargets: watched('scheduled', scheduled),
      images: watched('images', registry),
      topic: watched('topic', { publish: async (notice: Notice) => void this.announced.push(notice) }),
      bus: watched('bus', { publish: async () => undefined }),
      clock: watched('clock', { now: () => clock.now(), pause: (ms: number) => this.#world.sleep(ms) }),
      journal: { record: (entry) => void this.journal.push({ at: clock.now(), ...entry }) },
    };
  }

  #call(operation: string, input: JsonObject): JsonObject {
    const answer = this.#world.model.handle(operation, input, { accessKey: 'slipway' });
    this.calls.push({ operation, input, at: this.#world.clock.now() });
    return answer;
  }
}

function queuesOf({ clock }: Pick<Surroundings, 'clock'>) {
  const queue = (visibilitySeconds: number, tries = receiveMax, fifo = false) =>
    new MemoryQueue({ clock, visibilityMs: visibilitySeconds * second, receiveMax: tries, fifo });
  return {
    pushes: queue(720),
    rollouts: queue(270, patientMax, true),
    deployments: queue(180),
    wakeups: queue(180),
    reconciles: queue(720, patientMax),
    unpublished: queue(180),
    stream: queue(1, patientMax),
    slack: queue(180),
  };
}
