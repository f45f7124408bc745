import type { ServiceName } from '../../shared/domain/arn.ts';
import { look, type Nudge, type PlanTurn, wake } from '../../shared/domain/nudge.ts';
import { isScheduled } from '../../shared/domain/scheduled-name.ts';
import { silently } from '../../shared/domain/target/accept.ts';
import { takeUp } from '../../shared/domain/target/alone.ts';
import { bakedBy } from '../../shared/domain/target/bake.ts';
import { isRolling, type Rollout } from '../../shared/domain/target/rollout.ts';
import {
  currentRollout,
  openRollouts,
  type Target,
  waitingRollouts,
} from '../../shared/domain/target/state.ts';
import { Throttled, Unavailable } from '../../shared/faults.ts';
import { changeKnown, loadTarget } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import { payDebts } from './debts.ts';
import type { Deps, Done, KnownTurn } from './deps.ts';
import { gate } from './gate.ts';
import { comeBack, turnKept } from './later.ts';
import { isPhantom, reportPhantom } from './phantom.ts';
import { rollScheduled } from './scheduled.ts';
import { stopDeployment } from './stop.ts';
import { roll } from './turn.ts';
import { verifyBaked } from './verify.ts';

const turnsMax = 6;

/** Does all that a target needs. Each step may be repeated; a rollout that lost its turn changes nothing. */
export async function attend({ turn, cluster, service }: Nudge, deps: Deps): Promise<void> {
  const name = { cluster, service };
  try {
    await payDebts(name, deps);
    for (let turns = 0; turns < turnsMax; turns += 1) {
      if ((await attendOnce(name, turn, deps)) === 'done') return await payDebts(name, deps);
    }
    throw new Unavailable(`${cluster}/${service}: newer pushes kept taking the turn`);
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    await comeBack(name, deps);
  }
}

/** From the state as it is now to the next word that somebody has to hear. */
async function attendOnce(name: ServiceName, given: PlanTurn | undefined, deps: Deps): Promise<Done> {
  const target = await loadTarget(deps.table, name);
  if (given !== undefined && (target === undefined || isPhantom(target, given))) {
    await reportPhantom(name, given, deps);
    return 'done';
  }
  if (target === undefined) return nothing(name, undefined, deps);
  await lookIfDue(target, deps);
  const baked = bakedBy(target, deps.clock.now());
  if (baked !== undefined) return verifyBaked(name, baked, deps);
  const stuck = openRollouts(target).find(
    ({ stopAskedAt, stoppedAt }) => stopAskedAt !== undefined && stoppedAt === undefined,
  );
  if (stuck !== undefined && waitingRollouts(target).length === 0)
    return stopDeployment({ name, rollout: stuck }, deps);
  if (openRollouts(target).length === 0) return takeUpNext(target, deps);
  const rollout = currentRollout(target);
  if (rollout === undefined || isRolling(rollout)) return rolls(target, rollout, deps);
  return begin({ name, rollout, given, target }, deps);
}

/** An earlier version of Slipway left it to be nudged: from now on it is looked at. */
async function rolls(target: Target, rollout: Rollout | undefined, deps: Deps): Promise<Done> {
  const { cluster, service, lookAt } = target;
  const name = { cluster, service };
  const now = deps.clock.now();
  if (lookAt === undefined) await changeKnown({ table: deps.table, now }, name, silently);
  return nothing(name, rollout, deps);
}

function nothing(name: ServiceName, rollout: Rollout | undefined, { journal }: Deps): Done {
  journal.record({ outcome: 'nothing to roll', ...name, phase: rollout?.phase });
  return 'done';
}

/** What rolls is looked at in its time even where something else of the target comes due before. */
async function lookIfDue(target: Target, { wakeups, clock }: Deps): Promise<void> {
  const { cluster, service, lookAt = Number.POSITIVE_INFINITY } = target;
  const now = clock.now();
  if (lookAt > now || !openRollouts(target).some(isRolling)) return;
  await wakeups.send({ body: wake({ at: now, message: look({ cluster, service, tries: 0 }) }) });
}

async function begin(asked: KnownTurn, deps: Deps): Promise<Done> {
  const turn = { ...asked, given: asked.given ?? turnKept(asked.rollout) };
  const gated = await gate(turn, deps);
  if (gated !== 'go') return gated;
  return isScheduled(turn.name) ? rollScheduled(turn, deps) : roll(turn, deps);
}

/** Images that failed together are tried one after the other, and so is what a rollback overtook. */
async function takeUpNext({ cluster, service }: Target, deps: Deps): Promise<Done> {
  const now = deps.clock.now();
  const name = { cluster, service };
  const step = await changeKnown({ table: deps.table, now }, name, (target) => takeUp(target, now));
  if (step === undefined) return nothing(name, undefined, deps);
  deps.journal.record({ outcome: 'next taken up', ...name, generation: step.target.generation });
  await remind(deps, step);
  return 'lost turn';
}
