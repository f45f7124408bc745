import { show } from '../../sandbox/ecs/input.ts';
import { createEcsModel, type EcsModel } from '../../sandbox/ecs/model.ts';
import { seededRandom } from '../../sandbox/ecs/random.ts';
import { MemoryQueue } from '../../sandbox/embedded/memory-queue.ts';
import { carryNotices } from '../../sandbox/embedded/plumbing.ts';
import { account, type BusEvent, region } from '../../sandbox/world-types.ts';
import { clusters } from '../../shared/aws/clusters.ts';
import { services } from '../../shared/aws/services.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Clock as PortClock, Queue } from '../../shared/ports.ts';
import { busOver } from './bus.ts';
import type { Case } from './case.ts';
import { ecsClientOver } from './ecs-client.ts';
import { startFeeds } from './feeds.ts';
import { flowsOver } from './functions.ts';
import { Invocations } from './invocations.ts';
import { type Options, Scene } from './scene.ts';
import { configOf, settle } from './setting.ts';
import { StaleReads } from './stale.ts';
import { Truth } from './truth.ts';
import { Watch } from './watch.ts';
import { inspect } from './workers.ts';

/** As serverless.yml sets them. */
const receiveMax = 5;
const patientMax = 50;
const second = 1_000;
const tickMs = 60 * second;
const minuteOfThrottling = 60 * second;

/** The real flows over the model of ECS and in-memory ports, in virtual time. */
export class World {
  readonly scene: Scene;
  readonly model: EcsModel;
  readonly stale: StaleReads;
  readonly bus: (event: BusEvent) => void;
  readonly queues: ReturnType<typeof queuesOf>;
  readonly #invocations: Invocations;
  readonly #watch: Watch;
  #moved = false;
  #throttledUntil = 0;

  constructor(given: Case, options: Options) {
    const truth = new Truth(() => this.model);
    this.scene = new Scene(given, options, { truth, inserted: (key) => this.#inserted(key) });
    const { clock, faults, registry } = this.scene;
    faults.on = false;
    this.queues = queuesOf(this.scene);
    const { pushes, deployments } = this.queues;
    this.bus = busOver({ clock, faults, pushes, deployments, lost: (event) => this.#lost(event) });
    this.stale = new StaleReads({
      truth,
      dice: faults.dice,
      now: () => clock.now(),
      seconds: options.without.has('stale reads') ? 0 : given.staleSeconds,
    });
    this.model = createEcsModel({
      clock,
      account,
      region,
      random: seededRandom(given.seed),
      switches: given.switches,
      pace: given.pace,
      resolveImage: (reference) => registry.resolve(reference),
      emit: (event) => this.#happened(event),
    });
    settle(this.scene);
    clock.advance(10 * tickMs);
    this.#watch = new Watch(this.scene);
    this.#invocations = new Invocations({
      clock,
      faults,
      latencyMs: options.without.has('latency') ? 1 : given.latencyMs,
      moved: () => {
        this.#moved = true;
      },
      began: (call) => this.#watch.began(call),
      isThrottled: (call) => clock.now() < this.#throttledUntil && /^(?:services|definitions)\./.test(call),
      said: (text) => this.scene.say(text),
    });
    this.#startFunctions();
  }

  throttleForAMinute(): void {
    this.#throttledUntil = this.scene.clock.now() + minuteOfThrottling;
  }

  /** Runs until then. */
  async until(at: number): Promise<void> {
    const { clock } = this.scene;
    for (;;) {
      while (this.#moved) {
        this.#moved = false;
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!clock.step(at)) break;
    }
    clock.advance(at - clock.now());
  }

  /** A call of ECS that takes effect. */
  call(operation: string, input: JsonObject, by: 'slipway' | 'others'): JsonObject {
    const service = operation === 'UpdateService' ? show(input['service']) : undefined;
    if (service !== undefined) this.stale.keep(service);
    if (by === 'slipway') this.#watch.takesEffect(operation, input);
    const answer = this.scene.truth.handle(operation, input, by);
    if (service !== undefined) this.stale.keep(service);
    return answer;
  }

  /** Nobody is at work, no message waits, nothing is due. */
  isAtRest(): boolean {
    const { table, feeds } = this.scene;
    this.scene.busy = this.#invocations.count;
    const isQuiet = this.#invocations.count === 0 && Object.values(feeds).every(({ length }) => length === 0);
    return isQuiet && table.waiting.every(({ list }) => list === 'paused');
  }

  isSteady(): boolean {
    const { given, truth } = this.scene;
    return given.services.every(({ name }) => {
      const rows = truth.rows(name);
      return rows.length === 1 && rows[0]?.rolloutState === 'COMPLETED';
    });
  }

  #inserted(key: { readonly pk: string; readonly sk: string }): void {
    if (this.scene.faults.strikes('stream', ['stream record lost']) === undefined)
      carryNotices(this.queues.stream)(key);
  }

  #happened(event: BusEvent): void {
    if (event['detail-type'].includes('Deployment State Change')) {
      this.scene.say(`ECS ${show(event.detail['eventName'])} ${show(event.detail['deploymentId'])}`);
      this.stale.keep(this.scene.truth.heard(event));
    }
    this.bus(event);
  }

  /** From here on Slipway knows of the push. */
  #handled(feed: string, body: string): void {
    const [, number] = /"id":"push-(\d+)"/.exec(feed === 'image-pushed' ? body : '') ?? [];
    const push = number === undefined ? undefined : this.scene.registry.pushes[Number(number) - 1];
    if (push !== undefined) push.heardAt ??= this.scene.clock.now();
  }

  #lost({ source, detail }: BusEvent): void {
    if (source === 'aws.ecr') this.scene.lostPushes.add(show(detail['image-digest']));
  }

  #startFunctions(): void {
    const { clock, table, given, faults } = this.scene;
    const invocations = this.#invocations;
    const flows = flowsOver(this.#ports(), configOf(given));
    const settings = {
      clock,
      faults,
      invocations,
      said: (text: string) => this.scene.say(text),
      handled: (feed: string, body: string) => this.#handled(feed, body),
      broke: (what: string) => this.scene.violates(`a bug: ${what}`),
    };
    startFeeds({ queues: this.queues, flows }, settings);
    const every = (ms: number, run: () => void) =>
      clock.after(ms, () => {
        every(ms, run);
        run();
      });
    const all = () => void this.queues.reconciles.send({ body: { v: 1, kind: 'all' } });
    all();
    every(given.reconcileMs, all);
    every(tickMs, () => {
      if (!table.isDue(clock.now()) || faults.strikes('tick', ['tick lost']) !== undefined) return;
      void invocations
        .run({ name: 'tick', timeoutMs: 50 * second, isSpared: false }, () => flows.tick())
        .then((ending) => {
          if (ending.kind === 'threw') inspect('tick', ending.error, settings);
        });
    });
  }

  #ports() {
    const { scene, queues } = this;
    const { registry, table } = scene;
    const client = ecsClientOver((operation, input) =>
      this.stale.seen(operation, input, this.call(operation, input, 'slipway')),
    );
    const invocations = this.#invocations;
    const watched = <Port extends object>(name: string, port: Port) => invocations.watched(name, port);
    const queue = (name: keyof typeof queues): Queue => watched(name, queues[name]);
    return {
      table: watched('table', table),
      rollouts: queue('rollouts'),
      looks: queue('deployments'),
      pushes: queue('pushes'),
      reconciles: queue('reconciles'),
      wakeups: this.#forgetful(queue('wakeups')),
      unpublished: queue('unpublished'),
      services: watched('services', services(client, client)),
      tasks: watched('tasks', tasks(client)),
      clusters: watched('clusters', clusters(client, client)),
      definitions: watched('definitions', taskDefinitions(client, client)),
      scheduledTargets: watched('scheduledTargets', noSchedules),
      images: watched('images', registry),
      topic: watched('topic', {
        publish: async (notice: Scene['announced'][number]['notice']) => this.#announce(notice),
      }),
      bus: watched('bus', { publish: async () => undefined }),
      clock: watched('clock', this.#clock()),
      journal: { record: (entry: object) => scene.tell(() => `  ${JSON.stringify(entry)}`) },
    };
  }

  /** Timers are a second way only: `tick` finds what these lose. */
  #forgetful(wakeups: Queue): Queue {
    return {
      send: (message) =>
        this.scene.faults.strikes('wakeups', ['timer lost']) === undefined
          ? wakeups.send(message)
          : Promise.resolve(),
    };
  }

  #clock(): PortClock {
    const { clock } = this.scene;
    return {
      now: () => clock.now(),
      pause: (ms) =>
        new Promise((done) => {
          clock.after(ms, () => {
            this.#moved = true;
            done();
          });
        }),
    };
  }

  #announce(notice: Scene['announced'][number]['notice']): void {
    this.scene.say(`ANNOUNCED ${notice.kind} ${notice.text}`);
    this.scene.announced.push({ at: this.scene.clock.now(), notice });
  }
}

const noSchedules = {
  page: () => Promise.resolve({ items: [] }),
  read: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('there are no schedules')),
};

function queuesOf({ clock, feeds }: Scene) {
  const queue = (name: string, visibilitySeconds: number, tries = receiveMax) => {
    const made = new MemoryQueue({
      clock,
      visibilityMs: visibilitySeconds * second,
      receiveMax: tries,
      fifo: name === 'rollouts',
    });
    feeds[name] = made;
    return made;
  };
  return {
    pushes: queue('pushes', 720),
    rollouts: queue('rollouts', 270, patientMax),
    deployments: queue('deployments', 180),
    wakeups: queue('wakeups', 180),
    reconciles: queue('reconciles', 720, patientMax),
    unpublished: queue('unpublished', 180),
    stream: queue('stream', 1, patientMax),
  };
}
