import type { ServiceName } from '../../shared/domain/arn.ts';
import { ownRollbackMs } from '../../shared/domain/outcome.ts';
import { type Blame, blame as blameOf } from '../../shared/domain/stop-cause.ts';
import { type Step, silently } from '../../shared/domain/target/accept.ts';
import {
  failing,
  isCarriedOn,
  progressed,
  rollingBack,
  stopAsked,
} from '../../shared/domain/target/advance.ts';
import { conclude } from '../../shared/domain/target/conclude.ts';
import type { Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import { Refused } from '../../shared/faults.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps } from './deps.ts';
import { type Standing, standingOf } from './verdict.ts';

/** What an event says of the deployment. */
export type Claim = 'end' | 'failure' | 'nothing';

interface Settling {
  readonly claims: Claim;
  readonly deps: Deps;
}

/** Writes down how each of these rollouts stands. False while any of them does not show yet what is claimed of it. */
export async function settle(
  target: Target,
  rollouts: readonly Rollout[],
  { claims, deps }: Settling,
): Promise<boolean> {
  const { cluster, service } = target;
  const name = { cluster, service };
  const settled: boolean[] = [];
  for (const rollout of rollouts) {
    const standing = await standingOf({ target, rollout }, deps);
    const blame = await blameFor(name, { rollout, standing }, deps);
    settled.push(shows(standing, claims));
    await write({ name, rollout, standing, blame }, deps);
  }
  return settled.every(Boolean);
}

function shows({ kind }: Standing, claims: Claim): boolean {
  return kind === 'ended' || (claims === 'failure' && (kind === 'rolling back' || kind === 'failing'));
}

interface Judged {
  readonly rollout: Rollout;
  readonly standing: Standing;
}

/** What the stopped tasks say. Where nobody may ask, or ECS has forgotten, nothing is blamed. */
async function blameFor(
  name: ServiceName,
  { rollout, standing }: Judged,
  { tasks, journal }: Deps,
): Promise<Blame | undefined> {
  const { deploymentId = '' } = rollout;
  const isFailure =
    standing.kind === 'ended' && ['failed', 'timed-out', 'rolled-back'].includes(standing.outcome);
  if (!isFailure || deploymentId === '') return undefined;
  try {
    return blameOf(await tasks.stopped(name, deploymentId));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    journal.record({ outcome: 'stopped tasks unknown', ...name, deploymentId, reason: error.message });
    return undefined;
  }
}

interface Writing extends Judged {
  readonly name: ServiceName;
  readonly blame: Blame | undefined;
}

async function write({ name, rollout, standing, blame }: Writing, deps: Deps): Promise<void> {
  const at = deps.clock.now();
  const { generation } = rollout;
  const step = await changeKnown({ table: deps.table, now: at }, name, (target) =>
    stepFor(target, standing, { generation, at, blame }),
  );
  const said = standing.kind === 'ended' ? `rollout ${standing.outcome}` : 'rollout on its way';
  const reason = 'reason' in standing ? standing.reason : undefined;
  deps.journal.record({ outcome: said, ...name, generation, reason, changed: step !== undefined });
  if (step !== undefined) await remind(deps, step);
}

interface Turn {
  readonly generation: number;
  readonly at: number;
  readonly blame: Blame | undefined;
}

/** Of what goes on without telling when to look again: as long as it may take an event to be taken for lost. */
const lookAgainMs = 15 * 60_000;

/** Still rolling: the same state is written again, with the time of the next look. */
function stepFor(target: Target, standing: Standing, { generation, at, blame }: Turn): Step | undefined {
  const same = silently(target);
  switch (standing.kind) {
    case 'rolling': {
      const { progress, lookAt = at + lookAgainMs } = standing;
      const step = progress === undefined ? same : progressed(target, { generation, progress });
      return step === undefined ? undefined : { ...step, lookAt };
    }
    case 'failing': {
      const step = failing(target, { generation, at }) ?? same;
      return { ...step, lookAt: failedAt(step.target, generation, at) + ownRollbackMs };
    }
    case 'stuck':
      return {
        ...(stopAsked(target, { generation, at, reason: standing.reason }) ?? same),
        lookAt: at + lookAgainMs,
      };
    case 'rolling back': {
      const noted = failing(target, { generation, at }) ?? same;
      const step = rollingBack(noted.target, { generation, reason: standing.reason }) ?? noted;
      return { ...step, lookAt: at + lookAgainMs };
    }
    case 'ended':
      return endOf(target, standing, { generation, at, blame });
    default:
      return unreachable(standing);
  }
}

type Ended = Extract<Standing, { readonly kind: 'ended' }>;

/** Whoever set the service to what carries it on is about to write that down. */
function endOf(
  target: Target,
  { kind: _kind, by, ...end }: Ended,
  { generation, at, blame }: Turn,
): Step | undefined {
  if (isCarriedOn(target, { generation, by })) return { ...silently(target), lookAt: at + lookAgainMs };
  return conclude(target, { generation, at, blame, ...end });
}

function failedAt({ rollouts }: Target, generation: number, otherwise: number): number {
  return rollouts.find((one) => one.generation === generation)?.failedAt ?? otherwise;
}
