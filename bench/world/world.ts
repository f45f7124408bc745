import { tick } from '../../functions/tick/flow.ts';
import { createEcsModel, type EcsModel } from '../../sandbox/ecs/model.ts';
import { seededRandom } from '../../sandbox/ecs/random.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import { account, type BusEvent, region, registryHost } from '../../sandbox/world-types.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Notice } from '../../shared/domain/notice.ts';
import type { Key } from '../../shared/ports.ts';
import { noticeIdOfKey, publishRequest } from '../../shared/records/notice-record.ts';
import { type EcsCall, type EcsPorts, ecsOver } from './ecs.ts';
import { type Caller, callers, type Feeds, startFeeds } from './feeds.ts';
import { BenchImages } from './images.ts';
import { slowTable } from './slow-table.ts';
import { VirtualTime } from './virtual-time.ts';

/** An ECS call, and the function that made it. */
export interface Call extends EcsCall {
  readonly by: Caller;
}

export interface NamedImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** The real flows over the model of ECS, in virtual time. */
export interface BenchWorld {
  readonly time: VirtualTime;
  readonly model: EcsModel;
  readonly images: BenchImages;
  readonly feeds: Feeds;
  /** What was published since `forget`, newest last. */
  readonly announced: Notice[];
  /** Outcomes that the functions recorded, and how often. */
  readonly outcomes: Map<string, number>;
  readonly ecs: Readonly<Record<Caller, EcsPorts>>;
  /** UpdateService calls that ECS took since `forget`: service → when. */
  readonly updates: Map<string, number>;
}

const tickMs = 60_000;

export function startBench(config: SlipwayConfig): BenchWorld {
  const time = new VirtualTime();
  const images = new BenchImages(time);
  const [announced, outcomes] = [[] as Notice[], new Map<string, number>()];
  const wires: { emit: (event: BusEvent) => void; inserted: (key: Key) => void } = {
    emit: (event) => {
      if (event['detail-type'] !== 'ECS Deployment State Change') return;
      void feeds.deployments.send({ body: event as unknown as JsonValue });
    },
    inserted: (key) => {
      const id = noticeIdOfKey(key);
      if (id !== undefined) void feeds.notices.send({ body: publishRequest(id) });
    },
  };
  const model = modelOver({ time, images, emit: wires.emit });
  const table = slowTable(new MemoryTable(wires.inserted), time);
  const count = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const journal = { record: ({ outcome }: { readonly outcome: string }) => void count(outcome) };
  const announcements = { publish: (notice: Notice) => Promise.resolve(void announced.push(notice)) };
  const updates = new Map<string, number>();
  const watch = ({ operation, services, throttled, at }: EcsCall) => {
    if (operation !== 'UpdateService' || throttled) return;
    for (const service of services) updates.set(service, at);
  };
  const ecs = Object.fromEntries(
    callers.map((name) => [name, ecsOver(model, time, watch)]),
  ) as BenchWorld['ecs'];
  const feeds = startFeeds({ time, config, table, images, ecs, announcements, journal });
  const queues = { looks: feeds.deployments, rollouts: feeds.rollouts, unpublished: feeds.notices };
  const ticking = () => {
    void tick({ table, clock: time.clock, journal, ...queues });
    time.timers.after(tickMs, ticking);
  };
  ticking();
  return { time, model, images, feeds, announced, outcomes, ecs, updates };
}

interface Modelled {
  readonly time: VirtualTime;
  readonly images: BenchImages;
  readonly emit: (event: BusEvent) => void;
}

function modelOver({ time, images, emit }: Modelled): EcsModel {
  const random = seededRandom(1);
  const resolveImage = (reference: string) => resolve(images, reference);
  return createEcsModel({ clock: time.timers, account, region, random, emit, resolveImage });
}

function resolve(images: BenchImages, reference: string) {
  const [, repository = '', tag = ''] = /^[^/]+\/(.+?)[:@]((?:sha256:)?[\w.-]+)$/.exec(reference) ?? [];
  const found = images.resolve(repository, tag);
  if (found === undefined || !reference.startsWith(registryHost)) return undefined;
  return { digest: found.digest, behaviour: 'fine', platforms: ['linux/amd64'] } as const;
}

/** Every call of ECS, the oldest first. */
export function callsOf({ ecs }: BenchWorld): readonly Call[] {
  return callers
    .flatMap((by) => ecs[by].calls.map((call) => ({ ...call, by })))
    .toSorted((a, b) => a.at - b.at);
}

/** From now on, nothing of the past is counted. */
export function forget({ ecs, announced, outcomes, updates }: BenchWorld): void {
  for (const { calls } of Object.values(ecs)) calls.length = 0;
  announced.length = 0;
  outcomes.clear();
  updates.clear();
}

/** As ECR tells of it: the image is there, and the event is in the queue. */
export function push({ time, images, feeds }: BenchWorld, image: NamedImage): void {
  const at = time.now();
  images.add({ ...image, at });
  const event = {
    version: '0',
    id: `push-${at}`,
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account,
    time: new Date(at).toISOString(),
    region,
    resources: [],
    detail: {
      'action-type': 'PUSH',
      result: 'SUCCESS',
      'repository-name': image.repository,
      'image-digest': image.digest,
      'image-tag': image.tag,
    },
  };
  void feeds.pushes.send({ body: event });
}

/** What has gone wrong so far in any function, whether it was tried again or not. */
export function faultsOf({ feeds }: BenchWorld): readonly string[] {
  return Object.entries(feeds).flatMap(([name, { faults, dead }]) => [
    ...faults.map(
      (fault) => `${name}: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
    ),
    ...dead.map((body) => `${name}: given up: ${body}`),
  ]);
}
