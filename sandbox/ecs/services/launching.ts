import { member } from '../arn.ts';
import { arnOf, type Core, span } from '../core.ts';
import { compact } from '../input.ts';
import type { Deployment, Service, Task } from '../state.ts';
import { createTask } from '../tasks/launch.ts';
import { place, placementText, tasksOn } from '../tasks/placement.ts';
import { begin } from '../tasks/starting.ts';
import { breaker, limits, shiftsTraffic } from './limits.ts';
import { armBreaker } from './rollback.ts';
import { act, ids, say } from './say.ts';
import { mayLaunch } from './stages.ts';
import { capacityFor, hasRoom, noFargateRoom } from './strategy.ts';
import { allTasks, isKept, isLive, tasksOf } from './tally.ts';
import { requestPass, requestPassAt } from './wake.ts';

/** How many tasks the primary deployment lacks, and for how many the maximum leaves room. */
export function demand(service: Service, primary: Deployment): { need: number; room: number } {
  const sound = tasksOf(primary).filter((task) => isKept(task) && task.unhealthy === undefined).length;
  const live = shiftsTraffic(service) ? tasksOf(primary).filter(isLive) : allTasks(service).filter(isLive);
  const { cap } = limits(service);
  return { need: service.desiredCount - sound, room: cap - live.length };
}

export function launchMissing(core: Core, service: Service): void {
  const [primary] = service.deployments;
  if (primary === undefined || primary.stalled || !mayLaunch(service)) return;
  const { need, room } = demand(service, primary);
  const wanted = Math.min(need, room);
  if (wanted <= 0) return;
  if (core.clock.now() < primary.launchNotBefore) {
    requestPassAt(core, service, primary.launchNotBefore);
    return;
  }
  const replaced = tasksOf(primary).filter((task) => isKept(task) && task.unhealthy !== undefined).length;
  const launched = launch(core, primary, wanted);
  if (launched.length === 0) return;
  primary.complained = false;
  const remark = replaced > 0 ? ` Amazon ECS replaced ${replaced} tasks due to an unhealthy status.` : '';
  say(core, service, `has started ${launched.length} tasks: ${ids(launched)}.${remark}`);
  primary.updatedAt = core.clock.now();
  book(core, primary);
}

/** A failure is booked when the next launch is made: what DescribeServices shows lags behind. */
function book(core: Core, primary: Deployment): void {
  const { enabled, threshold } = breaker(primary.service);
  const watched = enabled && primary.rolloutState === 'IN_PROGRESS';
  while (primary.unbooked > 0) {
    primary.unbooked -= 1;
    primary.failedTasks += 1;
    if (!watched || primary.failedTasks !== threshold) continue;
    primary.unbooked = 0;
    armBreaker(core, primary);
  }
}

function launch(core: Core, primary: Deployment, wanted: number): Task[] {
  const launched: Task[] = [];
  while (launched.length < wanted) {
    const task = launchOne(core, primary);
    if (task === undefined) break;
    launched.push(task);
  }
  if (launched.length > 0) {
    primary.lastLaunchAt = core.clock.now();
    primary.roundFailed = false;
  }
  for (const task of launched) begin(core, task);
  return launched;
}

function launchOne(core: Core, primary: Deployment): Task | undefined {
  const { service, serviceRevision } = primary;
  const capacity = capacityFor(service.cluster, serviceRevision.settings);
  if (capacity.launchType === 'FARGATE' && !hasRoom(core, capacity)) {
    noRoomOnFargate(core, primary, capacity.capacityProvider ?? 'FARGATE');
    return undefined;
  }
  const placed = capacity.launchType === 'FARGATE' ? undefined : placeOn(primary);
  if (placed !== undefined && 'reason' in placed) {
    complain(core, primary, {
      text: placementText(placed),
      reason: placed.reason,
      instance: placed.closest?.arn,
    });
    return undefined;
  }
  const { settings } = serviceRevision;
  const network = member(member(settings, 'networkConfiguration'), 'awsvpcConfiguration');
  const enableExecuteCommand = service.settings['enableExecuteCommand'] === true;
  return createTask(core, {
    ...capacity,
    cluster: service.cluster,
    revision: serviceRevision.revision,
    platformVersion: platformVersion(settings['platformVersion']),
    group: `service:${service.name}`,
    startedBy: primary.id,
    deployment: primary,
    subnets: (network['subnets'] ?? []) as readonly string[],
    instance: placed?.instance,
    enableExecuteCommand,
    balanced: isBalanced(settings['loadBalancers']) || isBalanced(settings['serviceRegistries']),
    tags: taskTags(core, primary),
  });
}

function isBalanced(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

/** A daemon runs once on every instance. */
function placeOn({ service, serviceRevision }: Deployment): ReturnType<typeof place> {
  if (service.schedulingStrategy === 'REPLICA') return place(service.cluster, serviceRevision.revision);
  const own = (task: Task) => task.deployment?.service === service && isKept(task);
  const free = [...service.cluster.instances.values()].find(
    (instance) => instance.status === 'ACTIVE' && instance.agentConnected && !tasksOn(instance).some(own),
  );
  return free === undefined ? { reason: undefined, closest: undefined } : { instance: free };
}

function platformVersion(given: unknown): string {
  return typeof given === 'string' && given !== 'LATEST' ? given : '1.4.0';
}

function taskTags(core: Core, { service, serviceRevision }: Deployment): Map<string, string> {
  const propagated = service.settings['propagateTags'];
  const from = propagated === 'SERVICE' ? service.arn : serviceRevision.revision.arn;
  const tags = new Map(
    propagated === 'SERVICE' || propagated === 'TASK_DEFINITION' ? core.store.tags.get(from) : [],
  );
  if (service.settings['enableECSManagedTags'] === true) {
    tags.set('aws:ecs:clusterName', service.cluster.name);
    tags.set('aws:ecs:serviceName', service.name);
  }
  return tags;
}

function noRoomOnFargate(core: Core, primary: Deployment, provider: string): void {
  const { service } = primary;
  primary.launchNotBefore = core.clock.now() + span(core, core.random.between(30, 60));
  requestPass(core, service, 60);
  if (primary.complained) return;
  primary.complained = true;
  say(core, service, `was unable to place a task. Reason: ${noFargateRoom}.`);
  const capacityProviderArns = [arnOf(core, `capacity-provider/${provider}`)];
  act(core, service, {
    name: 'SERVICE_TASK_PLACEMENT_FAILURE',
    more: { capacityProviderArns, reason: 'RESOURCE:FARGATE' },
  });
}

/** Placement is tried again when room may have become free, and complained about once. */
function complain(
  core: Core,
  primary: Deployment,
  { text, reason, instance }: { text: string; reason: string | undefined; instance: string | undefined },
): void {
  if (primary.complained) return;
  primary.complained = true;
  say(core, primary.service, text);
  const more = compact({ containerInstanceArns: instance === undefined ? undefined : [instance], reason });
  act(core, primary.service, { name: 'SERVICE_TASK_PLACEMENT_FAILURE', more });
}
