import { reenter } from '../../shared/domain/plan/release.ts';
import { type Plan, standing } from '../../shared/domain/plan/state.ts';
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

/**
 * A member of a plan begins when it is told to, and not at all once so many others have failed. One whose place was given back
 * before it began takes it again; `full`: others have it.
 */
export async function turnOfPlan(
  { rollout }: Turn,
  deps: Deps,
): Promise<Barred | 'wait' | 'full' | undefined> {
  const { plan: membership, phase } = rollout;
  if (membership === undefined) return undefined;
  const plan = await loadPlan(deps.table, membership.plan);
  const stands = standing(plan, membership.index);
  if (stands === 'waits' && phase === 'accepted') return 'wait';
  if (stands === 'passed') return (await takePlace(membership, deps)) ? undefined : 'full';
  if (stands !== 'left alone' || plan === undefined) return undefined;
  return { digest: plan.image.digest, reason: plan.stopped ?? 'its plan was stopped', silent: true };
}

/** An image that joined this rollout, and that a plan of its own still keeps waiting, or bounds no longer lets go. */
export async function heldByItsPlan({ rollout }: Turn, deps: Deps): Promise<Postponed | undefined> {
  const { generation, goBackTo, alsoOf = [], changes } = rollout;
  // What undoes a failure waits for no plan.
  const members = goBackTo === undefined ? alsoOf : [];
  for (const member of members) {
    const plan = await loadPlan(deps.table, member.plan);
    const digest = plan?.image.digest ?? '';
    const others = Object.values(changes).filter((one) => one.digest !== digest);
    const stands = standing(plan, member.index);
    const isFree = stands === 'may go' || (stands === 'passed' && (await takePlace(member, deps)));
    const isMixed = others.length > 0 && others.length < Object.keys(changes).length;
    if (!isFree && isMixed) return { generation, member, digest, isLater: stands !== 'left alone' };
  }
  return undefined;
}

/** An image whose own plan keeps the whole rollout waiting, although others of it may go. */
export async function heldByItself({ rollout }: Turn, { table }: Deps): Promise<Postponed | undefined> {
  const { generation, plan: own, alsoOf = [], changes } = rollout;
  if (own === undefined) return undefined;
  const isWaiting = ({ plan, member }: Member) => standing(plan, member.index) !== 'may go';
  const joined = (await membersOf({ alsoOf }, table)).filter(isWaiting).map(({ plan }) => plan?.image.digest);
  const digest = (await loadPlan(table, own.plan))?.image.digest ?? '';
  const digests = Object.values(changes).map((one) => one.digest);
  const isMixed = digests.some((one) => one !== digest && !joined.includes(one)) && digests.includes(digest);
  return isMixed ? { generation, member: own, digest, isLater: true } : undefined;
}

/** An image that waits by itself, and whose plan has let it go. */
export async function freeBeside(
  { alone = [] }: Pick<Target, 'alone'>,
  { table }: Deps,
): Promise<Membership | undefined> {
  const pushed = alone.filter(({ cause }) => cause !== 'alone').map(({ plan }) => ({ plan }));
  const members = await Promise.all(pushed.map((one) => membersOf(one, table)));
  return members.flat().find(({ plan, member }) => standing(plan, member.index) === 'may go')?.member;
}

/** The plans of a rollout that roll this digest. */
export async function membersFor(
  rollout: Rollout,
  digest: string,
  { table }: Deps,
): Promise<readonly Membership[]> {
  const members = await membersOf(rollout, table);
  return members.filter(({ plan }) => plan?.image.digest === digest).map(({ member }) => member);
}

interface Member {
  readonly member: Membership;
  readonly plan: Plan | undefined;
}

function membersOf(
  rollout: Pick<Rollout, 'plan' | 'alsoOf'>,
  table: Deps['table'],
): Promise<readonly Member[]> {
  return Promise.all(
    memberships(rollout).map(async (member) => ({ member, plan: await loadPlan(table, member.plan) })),
  );
}

async function takePlace({ plan: id, index }: Membership, deps: Deps): Promise<boolean> {
  const at = deps.clock.now();
  const after = await changePlan(deps, id, (plan) => ({ plan: reenter(plan, index, at), notices: [] }));
  return after === undefined || after.plan.open.includes(index);
}
