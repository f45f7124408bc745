import { reenter } from '../../shared/domain/plan/release.ts';
import { type Plan, type Standing, standing } from '../../shared/domain/plan/state.ts';
import type { Postponed } from '../../shared/domain/target/postpone.ts';
import { type Membership, memberships, type Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { changePlan, loadPlan } from '../../shared/records/plan-record.ts';
import type { Deps, Turn } from './deps.ts';

/** A digest that may not be rolled here, and why. */
export interface Barred {
  readonly digest: string;
  readonly reason: string;
  /** Others announce it. */
  readonly silent: boolean;
}

/** `full`: its place was given back before it began, and others have it. */
export type Held = Barred | Postponed | 'wait' | 'full';

/**
 * Each image of a rollout begins when its own plan tells it to, and not at all once so many others have failed. One that has to wait
 * while others may go waits by itself. Undefined: all may go.
 */
export async function turnOfPlans({ rollout }: Turn, deps: Deps): Promise<Held | undefined> {
  const { generation, phase, goBackTo, changes } = rollout;
  // What undoes a failure waits for no plan.
  if (goBackTo !== undefined) return undefined;
  const digests = Object.values(changes).map(({ digest }) => digest);
  const members = (await membersOf(rollout, deps)).filter(({ digest }) => digests.includes(digest));
  const barred = members.map(barredBy).find((one) => one !== undefined);
  if (barred !== undefined) return barred;
  const held = await heldOf(members, phase, deps);
  const [first] = held;
  if (first === undefined) return undefined;
  const isHeld = (digest: string) => held.some((one) => one.digest === digest);
  if (phase === 'accepted' && !digests.every(isHeld))
    return { generation, member: first.member, digest: first.digest };
  return held.some(({ stands }) => stands === 'waits') ? 'wait' : 'full';
}

/** The plans that have let an image go that waits by itself. */
export async function freePlans(
  { alone = [] }: Pick<Target, 'alone'>,
  deps: Deps,
): Promise<readonly Membership[]> {
  const members = await Promise.all(alone.map((one) => membersOf(one, deps)));
  return members.flat().flatMap(({ member, stands }) => (stands === 'may go' ? [member] : []));
}

/** The plans of a rollout that roll this digest. */
export async function membersFor(
  rollout: Rollout,
  digest: string,
  deps: Deps,
): Promise<readonly Membership[]> {
  const members = await membersOf(rollout, deps);
  return members.filter((one) => one.digest === digest).map(({ member }) => member);
}

interface Member {
  readonly member: Membership;
  readonly plan: Plan | undefined;
  readonly digest: string;
  readonly stands: Standing;
}

function membersOf(
  of: Pick<Rollout, 'plan' | 'alsoOf'>,
  { table }: Pick<Deps, 'table'>,
): Promise<readonly Member[]> {
  return Promise.all(
    memberships(of).map(async (member) => {
      const plan = await loadPlan(table, member.plan);
      const digest = member.digest ?? plan?.image.digest ?? '';
      return { member, plan, digest, stands: standing(plan, member.index) };
    }),
  );
}

function barredBy({ plan, digest, stands }: Member): Barred | undefined {
  if (stands !== 'left alone') return undefined;
  return { digest, reason: plan?.stopped ?? 'its plan was stopped', silent: true };
}

/** One whose place was given back before it began takes it again. What has begun waits for nobody's turn. */
async function heldOf(
  members: readonly Member[],
  phase: Rollout['phase'],
  deps: Deps,
): Promise<readonly Member[]> {
  const held: Member[] = [];
  for (const one of members) {
    const isLate = one.stands === 'waits' && phase === 'accepted';
    if (isLate || (one.stands === 'passed' && !(await takePlace(one.member, deps)))) held.push(one);
  }
  return held;
}

async function takePlace({ plan: id, index }: Membership, deps: Deps): Promise<boolean> {
  const at = deps.clock.now();
  const after = await changePlan(deps, id, (plan) => ({ plan: reenter(plan, index, at), notices: [] }));
  return after === undefined || after.plan.open.includes(index);
}
