import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Clock } from '../clock.ts';
import type { Emit, ResolveImage } from '../world-types.ts';
import { AwsError } from './aws-error.ts';
import { createBus } from './bus.ts';
import { type Core, changed } from './core.ts';
import { createHooks, type Hooks } from './hooks.ts';
import { clusterOperations } from './operations/clusters.ts';
import { containerInstanceOperations } from './operations/container-instances.ts';
import { createServiceOperations } from './operations/create-service.ts';
import type { Caller, Operations } from './operations/operation.ts';
import { readServiceOperations } from './operations/read-services.ts';
import { runTaskOperations } from './operations/run-task.ts';
import { serviceDeploymentOperations } from './operations/service-deployments.ts';
import { tagOperations } from './operations/tags.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { taskOperations } from './operations/tasks.ts';
import { updateServiceOperations } from './operations/update-service.ts';
import { type Random, seededRandom } from './random.ts';
import { followTask } from './services/accounting.ts';
import { runPass } from './services/scheduler.ts';
import { takeSnapshots } from './services/snapshots.ts';
import { requestPass } from './services/wake.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import { followInstance } from './tasks/instance-view.ts';
import { createThrottle } from './throttle.ts';

const operations: Operations = {
  ...clusterOperations,
  ...containerInstanceOperations,
  ...createServiceOperations,
  ...readServiceOperations,
  ...runTaskOperations,
  ...serviceDeploymentOperations,
  ...tagOperations,
  ...taskDefinitionOperations,
  ...taskOperations,
  ...updateServiceOperations,
};

export interface EcsModelOptions {
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  readonly emit: Emit;
  readonly resolveImage: ResolveImage;
  /** Everything that AWS would choose: one seed, one history. */
  readonly random?: Random | undefined;
  readonly switches?: Partial<Switches> | undefined;
  /** So many times faster than AWS; 1 keeps the recorded times. */
  readonly pace?: number | undefined;
  readonly log?: ((message: string, fields: JsonObject) => void) | undefined;
}

export interface EcsModel {
  /** Answers one call, or throws an AwsError. What it hands out is never changed afterwards. */
  readonly handle: (operation: string, input: JsonObject, caller?: Caller) => JsonObject;
  readonly operations: readonly string[];
  readonly now: () => number;
  /** What happens to ECS from outside of its API. */
  readonly hooks: Hooks;
  readonly account: string;
  readonly region: string;
}

/** ECS as a state machine over a clock: no I/O, no time and no chance of its own. */
export function createEcsModel(options: EcsModelOptions): EcsModel {
  const core = createCore(options);
  const throttle = createThrottle(core);
  return {
    account: core.account,
    region: core.region,
    operations: Object.keys(operations),
    now: () => core.clock.now(),
    hooks: createHooks(core, throttle),
    handle(name, input, caller = { accessKey: 'test' }) {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined)
        throw new AwsError('UnknownOperationException', `Unknown operation: ${name}`);
      throttle.take(name);
      const answer = operation(core, input, caller);
      changed(core);
      return answer;
    },
  };
}

function createCore({ clock, account, region, emit, resolveImage, log, ...options }: EcsModelOptions): Core {
  const random = options.random ?? seededRandom(1);
  const chance = seededRandom(random.whole(0, 2 ** 31));
  const pace = options.pace ?? 1;
  const switches = { ...defaultSwitches, ...options.switches };
  const core: Core = {
    clock,
    account,
    region,
    resolveImage,
    random,
    pace,
    listSalt: chance.word(8),
    switches,
    log: log ?? (() => undefined),
    publish: createBus({
      clock,
      random: chance,
      switches,
      account,
      region,
      pace,
      emit,
    }),
    store: { clusters: new Map(), families: new Map(), tags: new Map(), capacity: new Map() },
    taskWatchers: [(task) => followTask(core, task), (task) => followInstance(core, task)],
    passes: [(service) => runPass(core, service)],
    roomWatchers: [(clusterArn) => retryPlacement(core, clusterArn)],
    touched: new Set(),
    changeWatchers: [() => takeSnapshots(core)],
  };
  return core;
}

/** Services that found no instance with room look again when there may be some. */
function retryPlacement(core: Core, clusterArn: string): void {
  for (const cluster of core.store.clusters.values()) {
    if (cluster.arn !== clusterArn || cluster.instances.size === 0) continue;
    for (const service of cluster.services.values()) {
      if (service.status === 'ACTIVE') requestPass(core, service, 5);
    }
  }
}
