import { parseDeploymentStateChange } from '../../events/ecs-deployment-state-change/schema.ts';
import type { ServiceName } from '../../shared/domain/arn.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { look, nudge, readLook } from '../../shared/domain/nudge.ts';
import { silently } from '../../shared/domain/target/accept.ts';
import { owe } from '../../shared/domain/target/debts.ts';
import { needsRollService } from '../../shared/domain/target/needs.ts';
import { isRolling } from '../../shared/domain/target/rollout.ts';
import { openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { leftOnFailed } from '../../shared/domain/target/stray.ts';
import { Throttled } from '../../shared/faults.ts';
import { changeKnown, loadTarget } from '../../shared/records/target-record.ts';
import type { Deps } from './deps.ts';
import { type Claim, settle } from './settle.ts';

/** ECS's reads lag behind its events by seconds: so long, then another look, and so often. */
const lookAgainSeconds = 15;
const looksMax = 8;
/** Throttling is nobody's fault, and counts towards no dead letter. */
const throttledSeconds = 45;

interface Cause extends ServiceName {
  readonly tries: number;
  /** What reads have to show before they are no longer taken for old. */
  readonly claims: Claim;
  /** A deployment has begun, which tells nothing of one that rolls already: ECS is not asked. */
  readonly isBeginning: boolean;
}

/** Something happened to a deployment: see how the target's rollouts really stand, and write down what ended. */
export async function deploymentChanged(message: JsonValue, deps: Deps): Promise<void> {
  const cause = readCause(message);
  try {
    await follow(cause, deps);
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    const { cluster, service, tries } = cause;
    deps.journal.record({ outcome: 'throttled', cluster, service });
    await deps.looks.send({ body: look({ cluster, service, tries }), delaySeconds: throttledSeconds });
  }
}

async function follow(cause: Cause, deps: Deps): Promise<void> {
  const { claims } = cause;
  const name = { cluster: cause.cluster, service: cause.service };
  const target = await loadTarget(deps.table, name);
  const open = target === undefined ? [] : openRollouts(target);
  if (target !== undefined && !cause.isBeginning && leftOnFailed(target) !== undefined)
    return lookAtLeft(name, deps);
  if (target === undefined || open.length === 0) {
    deps.journal.record({ outcome: 'no open rollout', ...name });
    return;
  }
  const rolling = open.filter(isRolling);
  if (rolling.length > 0 && !cause.isBeginning && !(await settle(target, rolling, { claims, deps })))
    await lookAgain(cause, deps);
  await nudgeWaiting(await loadTarget(deps.table, name), deps);
}

/** ECS may have undone by itself what nobody else did: reconcile looks. */
async function lookAtLeft(name: ServiceName, deps: Deps): Promise<void> {
  const now = deps.clock.now();
  const step = await changeKnown({ table: deps.table, now }, name, (target) =>
    silently(owe(target, { kind: 'see' })),
  );
  deps.journal.record({ outcome: 'failed and left', ...name });
  await nudgeWaiting(step?.target, deps);
}

function readCause(message: JsonValue): Cause {
  const again = readLook(message);
  if (again !== undefined) {
    const claims = again.tries > 0 ? (again.claims ?? 'end') : 'nothing';
    return { ...again, claims, isBeginning: false };
  }
  const { cluster, service, name } = parseDeploymentStateChange(message);
  return { cluster, service, tries: 0, claims: claimOf(name), isBeginning: name.endsWith('_IN_PROGRESS') };
}

function claimOf(name: string): Claim {
  if (name.endsWith('_IN_PROGRESS')) return 'nothing';
  return name.endsWith('_FAILED') ? 'failure' : 'end';
}

/** A rollout that ECS may know already, or whose nudge was lost: only roll-service may act on it. */
async function nudgeWaiting(target: Target | undefined, { rollouts, clock }: Deps): Promise<void> {
  if (target === undefined || !needsRollService(target, clock.now())) return;
  const { cluster, service, generation } = target;
  await rollouts.send(nudge({ cluster, service, generation }, clock.now()));
}

async function lookAgain({ cluster, service, tries, claims }: Cause, { looks }: Deps): Promise<void> {
  if (claims === 'nothing' || tries >= looksMax) return;
  const failure = claims === 'failure' ? { claims } : {};
  await looks.send({
    body: look({ cluster, service, tries: tries + 1, ...failure }),
    delaySeconds: lookAgainSeconds,
  });
}
