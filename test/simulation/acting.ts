import { parseImageRef } from '../../shared/domain/image-ref.ts';
import type { Plan } from '../../shared/domain/plan/state.ts';
import { holdTag } from '../../shared/domain/service.ts';
import {
  isOpen,
  isRolling,
  type Membership,
  memberships,
  type Rollout,
} from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { runningDigests } from './invariants/good.ts';
import { stopsInTime } from './invariants/plans.ts';
import type { Scene } from './scene.ts';

interface Acting {
  readonly service: string;
  readonly revision: string;
  /** What was so by then, whoever acts must know. */
  readonly since: number;
}

/** Whether the one writer may act just now, by what it must have known. */
export function mayAct(scene: Scene, acting: Acting): void {
  const { service, revision, since } = acting;
  const target = scene.target(service);
  const rollout = target?.rollouts.find((one) => one.revision === revision);
  if (target === undefined || rollout === undefined) {
    // Somebody may have written the state between the last look and now.
    const isKnown = scene.since.rewritten(service) < since;
    if (isKnown)
      scene.violates(`fencing: ${service} is set to ${revision}, which no rollout of its state names`);
    return;
  }
  isCurrent(scene, target, { rollout, since });
  const pausedAt = scene.pausedAt();
  if (pausedAt !== undefined && scene.since.paused(pausedAt) < since)
    scene.violates(`pause: ${service} is set to ${revision}`);
  followsPlan(scene, rollout, service);
  if (rollout.goBackTo === undefined) isFree(scene, target, { ...acting, rollout });
}

function isCurrent(
  scene: Scene,
  { service, rollouts }: Target,
  { rollout, since }: { readonly rollout: Rollout; readonly since: number },
): void {
  const [newest] = rollouts;
  const isLate =
    newest !== undefined &&
    newest.generation !== rollout.generation &&
    scene.since.generation(service, newest.generation) < since;
  const ended = !isOpen(rollout) && scene.since.ended(service, rollout.generation) < since;
  if (isLate)
    scene.violates(`fencing: ${service}/${rollout.generation} acts, and ${newest.generation} is newer`);
  else if (ended) scene.violates(`fencing: ${service}/${rollout.generation} acts, and is ${rollout.phase}`);
}

/** Services that begin together were looked at together, so long ago at most: their tags are as old. */
const togetherMs = 20_000;

/** Hold and quarantine. */
function isFree(
  scene: Scene,
  target: Target,
  { service, revision, since, rollout }: Acting & { readonly rollout: Rollout },
): void {
  const { hold } = target;
  const heldAt = Math.min(
    hold === undefined ? Number.POSITIVE_INFINITY : scene.since.hold(service, hold.at),
    (scene.held.get(service) ?? Number.POSITIVE_INFINITY) + togetherMs,
  );
  if (heldAt < since)
    scene.violates(`hold: ${service} is set to ${revision} while on hold or tagged ${holdTag}`);
  if (rollout.cause === 'deploy') return;
  const before = runningDigests(scene, service);
  for (const [container, image] of Object.entries(scene.truth.images(revision))) {
    const { repository = '', digest = '' } = parseImageRef(image) ?? {};
    const found = target.quarantine?.find((one) => one.repository === repository && one.digest === digest);
    if (
      found !== undefined &&
      scene.since.quarantine(service, digest, found.at) < since &&
      before[container] !== digest
    )
      scene.violates(
        `quarantine: ${service} ${container} is set to ${digest.slice(7, 11)}, quarantined at ${found.at - scene.startedAt}`,
      );
  }
}

/** So long after its plan was stopped nobody can still be on the way to begin. */
const stoppedMs = 60_000;

function followsPlan(scene: Scene, rollout: Rollout, service: string): void {
  // What undoes a failure waits for no plan, nor does what a person asks for.
  const isBound = rollout.goBackTo === undefined && rollout.cause !== 'deploy';
  const members = isBound ? memberships(rollout) : [];
  for (const member of members) {
    const plan = scene.plans().find(({ id }) => id === member.plan);
    const isHeld = Object.values(rollout.changes).some(({ digest }) => digest === plan?.image.digest);
    if (plan !== undefined && isHeld) followsOne(scene, { plan, member, rollout }, service);
  }
}

interface Following {
  readonly plan: Plan;
  readonly member: Membership;
  readonly rollout: Rollout;
}

function followsOne(scene: Scene, { plan, member, rollout }: Following, service: string): void {
  const { registeringSince = 0 } = rollout;
  const others = scene.targets().filter((target) => target.service !== service);
  // Its digest pushed again may follow one of the same target that ECS rolls back.
  const rolling = others.filter(({ rollouts }) =>
    rollouts.some((one) => isRolling(one) && one.plan?.plan === plan.id),
  );
  if (plan.first === 'waiting' && member.index > 0)
    scene.violates(`plan: ${service} begins before the first is verified`);
  if (rolling.length >= plan.parallel)
    scene.violates(`plan: ${service} begins beside ${rolling.length}, of ${plan.parallel} at once`);
  stopsInTime(scene, plan);
  if (plan.stopped !== undefined && registeringSince > scene.since.stopped(plan.id) + stoppedMs)
    scene.violates(`plan: ${service} begins although its plan was stopped`);
}
