import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { clientSettings, oneAttempt } from '../../shared/aws/client-settings.ts';
import { clusters } from '../../shared/aws/clusters.ts';
import { images } from '../../shared/aws/images.ts';
import { services } from '../../shared/aws/services.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Journal } from '../../shared/ports.ts';
import { httpWebhook } from '../../shared/runtime/webhook.ts';
import type { Clock } from '../clock.ts';
import { type EcsEndpoint, startEcsEndpoint } from '../ecs/endpoint.ts';
import { createEcsModel } from '../ecs/model.ts';
import { seededRandom } from '../ecs/random.ts';
import { type LosingEvents, lossyEmit } from '../losing-events.ts';
import { createRegistry } from '../registry/registry.ts';
import { startRegistry } from '../registry/server.ts';
import { account, type BusEvent, region } from '../world-types.ts';
import { memoryAnnouncements } from './announcements.ts';
import { type FunctionName, type Functions, functionsOver } from './functions.ts';
import { MemoryQueue } from './memory-queue.ts';
import { type MemoryScheduledTargets, memoryScheduledTargets } from './memory-scheduled-targets.ts';
import { MemoryTable } from './memory-table.ts';
import { carryNotices, eventBusOver, makeQueues, type Queues } from './plumbing.ts';
import { startStateEndpoint } from './state-endpoint.ts';
import { startWorker } from './worker.ts';

export interface EmbeddedOptions {
  readonly clock: Clock;
  readonly config: SlipwayConfig;
  readonly pace: number;
  readonly seed: number;
  /** Secrets Manager's content: name → value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly journal: Journal;
  /** Functions whose event sources are switched off. */
  readonly off?: readonly FunctionName[];
  readonly failed: (fault: unknown) => void;
}

export interface EmbeddedWorld {
  readonly endpoints: { readonly ecs: string; readonly registry: string; readonly state: string };
  readonly ecs: EcsEndpoint;
  readonly scheduledTargets: MemoryScheduledTargets;
  readonly losingEvents: LosingEvents;
  /** What EventBridge Scheduler does every few minutes. */
  reconcile(): Promise<void>;
  readonly queues: Queues;
  /** What was published to the topic, newest last. */
  readonly announced: readonly JsonValue[];
  close(): Promise<void>;
}

const tickMs = 60_000;
/** The access key of the functions, so that ECS's ledger tells their calls from everybody else's. */
const functionsKey = 'slipway';

/** The real flows in one process over in-memory ports; ECS and ECR through the real adapters and SDK, over loopback. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedWorld> {
  const { clock, pace, seed } = options;
  const queues = makeQueues(clock, pace);
  const toRules = eventBusOver(queues);
  const emit = (event: BusEvent) => toRules(event);
  const ecr = lossyEmit(emit);
  const registry = createRegistry({ clock, emit: ecr.emit, account, region });
  const registryServer = await startRegistry(registry);
  const { resolveImage } = registry;
  const model = createEcsModel({
    clock,
    account,
    region,
    emit,
    resolveImage,
    random: seededRandom(seed),
    pace,
  });
  const ecs = await startEcsEndpoint(model);
  const endpoints = { ecs: ecs.url, registry: registryServer.url };
  const stream = new MemoryQueue({ clock, visibilityMs: 1_000, receiveMax: 5 });
  const { topic, bus, announced } = memoryAnnouncements(queues.slack);
  const table = new MemoryTable(carryNotices(stream));
  const state = await startStateEndpoint({ table, rollouts: queues.rollouts });
  const scheduledTargets = memoryScheduledTargets();
  const functions = functionsOver(
    {
      ...queues,
      ...awsPorts(endpoints),
      table,
      scheduledTargets,
      topic,
      bus,
      secrets: { read: (name) => readSecret(options.secrets, name) },
      webhook: httpWebhook(),
      clock: { now: () => clock.now(), pause: (ms) => new Promise((done) => clock.after(ms, done)) },
      journal: options.journal,
    },
    options.config,
    // A pass must be over sooner where the world is faster.
    options.config.reconcileMs / pace,
  );
  const reconcile = () => queues.reconciles.send({ body: { v: 1, kind: 'all' } });
  const stopFunctions = startFunctions(functions, { ...options, queues: { ...queues, stream }, reconcile });
  return {
    endpoints: { ...endpoints, state: state.url },
    ecs,
    scheduledTargets,
    losingEvents: ecr.losingEvents,
    reconcile,
    queues,
    announced,
    async close() {
      stopFunctions();
      await Promise.all([ecs.close(), registryServer.close(), state.close()]);
    },
  };
}

function awsPorts(endpoints: { readonly ecs: string; readonly registry: string }) {
  const credentials = { accessKeyId: functionsKey, secretAccessKey: functionsKey };
  const toEcs = (settings: typeof clientSettings | typeof oneAttempt) =>
    new ECSClient({ ...settings, region, credentials, endpoint: endpoints.ecs });
  return {
    services: services(toEcs(clientSettings), toEcs(oneAttempt)),
    clusters: clusters(toEcs(clientSettings), toEcs(oneAttempt)),
    tasks: tasks(toEcs(clientSettings)),
    definitions: taskDefinitions(toEcs(clientSettings), toEcs(oneAttempt)),
    images: images(new ECRClient({ ...clientSettings, region, credentials, endpoint: endpoints.registry })),
  };
}

function readSecret(known: Readonly<Record<string, string>>, name: string): Promise<string> {
  const value = known[name];
  return value === undefined ? Promise.reject(new Error(`no secret ${name}`)) : Promise.resolve(value);
}

const concurrency = 10;

interface Start extends EmbeddedOptions {
  readonly queues: Queues & { readonly stream: MemoryQueue };
  readonly reconcile: () => Promise<void>;
}

function startFunctions(
  functions: Functions,
  { queues, reconcile, clock, config, off = [], failed }: Start,
): () => void {
  const feeds: readonly [MemoryQueue, FunctionName][] = [
    [queues.pushes, 'image-pushed'],
    [queues.rollouts, 'roll-service'],
    [queues.deployments, 'deployment-changed'],
    [queues.wakeups, 'wake'],
    [queues.reconciles, 'reconcile'],
    [queues.stream, 'publish'],
    [queues.unpublished, 'publish'],
    [queues.slack, 'deliver-slack'],
  ];
  const workers = feeds
    .filter(([, name]) => !off.includes(name))
    .map(([queue, name]) => startWorker(queue, { flow: functions[name], concurrency, failed }));
  const schedules = [
    { name: 'tick', everyMs: tickMs, fire: () => functions.tick(null) },
    { name: 'reconcile', everyMs: config.reconcileMs, fire: reconcile },
  ] as const;
  const stops = schedules
    .filter(({ name }) => !off.includes(name))
    .map(({ everyMs, fire }) => repeat(clock, everyMs, () => fire().catch(failed)));
  return () => {
    for (const stop of stops) stop();
    for (const worker of workers) worker.stop();
  };
}

/** Time and again, so long after the one before is over. */
function repeat(clock: Clock, everyMs: number, run: () => Promise<void>): () => void {
  let stopped = false;
  const soon = () => {
    clock.after(everyMs, () => {
      if (!stopped) void run().finally(soon);
    });
  };
  soon();
  return () => {
    stopped = true;
  };
}
