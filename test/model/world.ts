import { VirtualClock } from '../../sandbox/clock.ts';
import { show } from '../../sandbox/ecs/input.ts';
import { createEcsModel, type EcsModel } from '../../sandbox/ecs/model.ts';
import { seededRandom } from '../../sandbox/ecs/random.ts';
import type { Switches } from '../../sandbox/ecs/switches.ts';
import { account, type Behaviour, type BusEvent, region, registryHost } from '../../sandbox/world-types.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { digestOf, Registry } from '../simulation/registry.ts';
import type { Row } from '../simulation/truth.ts';
import { Stack } from './stack.ts';

export const minute = 60_000;
const start = Date.UTC(2026, 10, 21, 10);

export interface PushedImage {
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly behaviour?: Behaviour;
}

/** The ECS model, a registry and an event bus in virtual time, and stacks of Slipway that live there. */
export class World {
  readonly clock = new VirtualClock(start);
  readonly registry = new Registry();
  readonly model: EcsModel;
  readonly stacks: Stack[] = [];
  readonly events: BusEvent[] = [];
  /** Digest → what its tasks do that are launched from now on, whatever they did before. */
  readonly behaviours = new Map<string, Behaviour>();
  /** What becomes of an event of ECS on its way. Nothing: it is lost. */
  onTheWay: (event: BusEvent) => readonly BusEvent[] = (event) => [event];
  #moved = false;
  #pushes = 0;

  constructor({ switches = {}, pace = 1 }: { switches?: Partial<Switches>; pace?: number } = {}) {
    this.model = createEcsModel({
      clock: this.clock,
      account,
      region,
      pace,
      random: seededRandom(7),
      switches: { throttling: false, ...switches },
      resolveImage: (reference) => this.#pulled(reference),
      emit: (event) => this.#happened(event),
    });
    this.ask('CreateCluster', { clusterName: 'prod' });
  }

  /** What people and other programs ask of ECS, again and again where the family is crowded. */
  ask(operation: string, input: JsonObject): JsonObject {
    for (let tries = 1; ; tries += 1) {
      try {
        return this.model.handle(operation, input, { accessKey: 'others' });
      } catch (error) {
        if (tries > 50 || !String(error).includes('Too many concurrent attempts')) throw error;
      }
    }
  }

  service(name: string, cluster = 'prod'): JsonObject {
    const { services } = this.ask('DescribeServices', { cluster, services: [name], include: ['TAGS'] });
    const [found] = services as readonly JsonObject[];
    return found ?? {};
  }

  /** ARN of the revision that it is set to. */
  revision(service: string): string {
    return show(this.service(service)['taskDefinition']);
  }

  deployments(service: string): readonly Row[] {
    return this.service(service)['deployments'] as unknown as readonly Row[];
  }

  definition(revision: string): JsonObject {
    const { taskDefinition, tags } = this.ask('DescribeTaskDefinition', {
      taskDefinition: revision,
      include: ['TAGS'],
    });
    return { ...(taskDefinition as JsonObject), tags };
  }

  /** Container → image of the revision that the service is set to. */
  images(service: string): Readonly<Record<string, string>> {
    const { containerDefinitions } = this.definition(this.revision(service));
    const containers = containerDefinitions as readonly { readonly name: string; readonly image: string }[];
    return Object.fromEntries(containers.map(({ name, image }) => [name, image]));
  }

  /** An image is in the registry, and nobody hears of it. */
  put({ repository = 'shop/web', tag = 'latest', digest, behaviour = 'fine' }: PushedImage = {}): string {
    this.#pushes += 1;
    const known = digest ?? digestOf(this.#pushes);
    this.registry.push({ repository, tag, digest: known, at: this.clock.now() }, behaviour);
    return known;
  }

  /** The event of a push that took place just now, for whoever delivers it. */
  pushed(image: PushedImage = {}): { readonly digest: string; readonly event: BusEvent } {
    const digest = this.put(image);
    const { repository = 'shop/web', tag = 'latest' } = image;
    const detail = {
      result: 'SUCCESS',
      'repository-name': repository,
      'image-digest': digest,
      'action-type': 'PUSH',
      'image-tag': tag,
    };
    return { digest, event: this.event({ 'detail-type': 'ECR Image Action', detail }) };
  }

  push(image: PushedImage = {}): string {
    const { digest, event } = this.pushed(image);
    this.deliver(event);
    return digest;
  }

  event(some: Partial<BusEvent>): BusEvent {
    const time = `${new Date(this.clock.now()).toISOString().slice(0, 19)}Z`;
    const envelope = { version: '0', source: 'aws.ecr', account, region, time, resources: [] } as const;
    return { ...envelope, id: `event-${this.#pushes}`, 'detail-type': '', detail: {}, ...some };
  }

  deliver(event: BusEvent): void {
    for (const stack of this.stacks) stack.hear(event);
  }

  /** Slipway is installed, and reconcile sees what is there: by then everything stands, unless the case says what was `before`. */
  async install(
    config: Partial<SlipwayConfig>,
    { owner = 'slipway', before }: { owner?: string; before?: (stack: Stack) => Promise<void> } = {},
  ): Promise<Stack> {
    if (this.stacks.length === 0 && before === undefined) await this.pass(10 * minute);
    const clusters = [{ name: 'prod', adoptByTag: false }];
    const all = {
      version: 1,
      mode: 'act',
      clusters,
      deploy: [],
      reconcileMs: 15 * minute,
      share: 70,
      notify: [],
    };
    const stack = new Stack(this, { ...all, ...config } as SlipwayConfig, owner);
    this.stacks.push(stack);
    await before?.(stack);
    await this.pass(minute);
    return stack;
  }

  move(): void {
    this.#moved = true;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((done) => {
      this.clock.after(ms, () => {
        this.#moved = true;
        done();
      });
    });
  }

  /** So much time goes by. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    for (;;) {
      while (this.#moved) {
        this.#moved = false;
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!this.clock.step(until)) break;
    }
    this.clock.advance(until - this.clock.now());
  }

  /** Until it is so, looked at every ten seconds. False: it was not so in all that time. */
  async until(isSo: () => boolean, limitMs = 60 * minute): Promise<boolean> {
    for (const end = this.clock.now() + limitMs; this.clock.now() < end; ) {
      if (isSo()) return true;
      await this.pass(10_000);
    }
    return isSo();
  }

  #pulled(reference: string) {
    const image = this.registry.resolve(reference);
    if (image === undefined) return undefined;
    return { ...image, behaviour: this.behaviours.get(image.digest) ?? image.behaviour };
  }

  #happened(event: BusEvent): void {
    this.events.push(event);
    for (const one of this.onTheWay(event)) this.deliver(one);
  }
}

export function byDigest(digest: string, repository = 'shop/web'): string {
  return `${registryHost}/${repository}@${digest}`;
}
