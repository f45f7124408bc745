import type { ServiceName } from '../../shared/domain/arn.ts';
import { chunks } from '../../shared/domain/chunks.ts';
import { nudge, pump } from '../../shared/domain/nudge.ts';
import { memberName, memberText } from '../../shared/domain/plan/state.ts';
import { accept, observe, type Step, silently } from '../../shared/domain/target/accept.ts';
import { outdated, pushedAgain } from '../../shared/domain/target/alone.ts';
import { isRolling, type Membership } from '../../shared/domain/target/rollout.ts';
import { currentRollout, type Target } from '../../shared/domain/target/state.ts';
import { loadPlan } from '../../shared/records/plan-record.ts';
import { changeKnown, loadTarget, type Written } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Found, LookUp } from './decide/running.ts';
import { type Decision, decide, type Push } from './decide.ts';
import type { Deps } from './deps.ts';
import { enlistRolling, type Memberships } from './enlist.ts';
import type { PlannedTarget } from './plan.ts';

/** So many targets at once. */
const atOnce = 20;

export interface Acting {
  readonly push: Push;
  readonly lookUp: LookUp;
  readonly resolvedAt?: number | undefined;
  readonly found?: Found | undefined;
}

/**
 * Targets that roll become members of their rule's plan, are accepted, and are nudged, or their plan is. Whatever was done before a
 * crash is found done when the message comes again.
 */
export async function actOn(acting: Acting, targets: readonly PlannedTarget[], deps: Deps): Promise<void> {
  const rolling = deps.mode === 'act' ? targets.filter(({ decision }) => decision.kind === 'roll') : [];
  const { memberships, left } = await enlistRolling(acting.push, rolling, deps);
  for (const { name, why } of left) deps.journal.record({ outcome: why, ...name, ...about(acting.push) });
  const leftNames = new Set(left.map(({ name }) => memberText(name)));
  const plans = new Set([...memberships.values()].map((one) => one.plan));
  for (const some of chunks(
    targets.filter(({ name }) => !leftNames.has(memberText(name))),
    atOnce,
  )) {
    const told = await Promise.all(
      some.map((one) => act(acting, { name: one.name, plan: memberships.get(memberText(one.name)) }, deps)),
    );
    for (const plan of told) if (plan !== undefined) plans.add(plan);
  }
  for (const plan of plans) await deps.rollouts.send(pump(plan, deps.clock.now()));
  await nudgePassed(memberships, deps);
}

/** Whom a plan let go before its target had accepted anything is not let go again: it is told by itself. */
async function nudgePassed(memberships: Memberships, { table, rollouts, clock }: Deps): Promise<void> {
  const ids = new Set([...memberships.values()].map(({ plan }) => plan));
  for (const id of ids) {
    const plan = await loadPlan(table, id);
    for (const [text, { plan: its, index }] of memberships) {
      const isPassed = plan !== undefined && its === id && index < plan.next && !plan.open.includes(index);
      if (isPassed) await rollouts.send(nudge({ ...memberName(text), generation: 0 }, clock.now()));
    }
  }
}

function about({ repository, tag, digest }: Push) {
  return { repository, tag, digest };
}

interface Member {
  readonly name: ServiceName;
  readonly plan: Membership | undefined;
}

/** Decides again on the state that is written over, so that two pushes at once cannot both win. The plan to pump, if any. */
async function act(acting: Acting, { name, plan }: Member, deps: Deps): Promise<string | undefined> {
  const { push, found } = acting;
  const now = deps.clock.now();
  let decision: Decision = { kind: 'skip', reason: 'not in the inventory' };
  const written = await changeKnown({ table: deps.table, now }, name, (target) => {
    decision = decide(push, { ...acting, rules: deps.rules, target });
    return stepFor(target, decision, { push, plan, found, at: now, deps });
  });
  if (written === undefined || isSkip(decision)) return skipped(acting, { name, decision }, deps);
  const { generation } = written.target;
  const outcome = deps.mode === 'act' ? 'rollout accepted' : 'rollout observed';
  deps.journal.record({ outcome, ...name, ...about(push), generation, plan: plan?.plan });
  if (deps.mode === 'act') await tell(written, plan, deps);
  return undefined;
}

interface Given {
  readonly push: Push;
  readonly plan: Membership | undefined;
  readonly found: Found | undefined;
  readonly at: number;
  readonly deps: Deps;
}

function isSkip({ kind }: Decision): boolean {
  return kind === 'skip';
}

function stepFor(
  target: Target,
  decision: Decision,
  { push, plan, found, at, deps }: Given,
): Step | undefined {
  if (decision.kind === 'skip') return outOfDate(target, decision, push);
  const { cluster, service } = target;
  const { changes, from, base, rule } = decision;
  // What ran before is taken up again for its push alone, whose event came while nobody could follow it.
  const isFound = found !== undefined && target.ran?.includes(push.digest) !== true;
  const why = { cause: isFound ? 'found' : 'push', terms: rule.terms, plan } as const;
  const acceptance = { cluster, service, changes, from, base, at, ...why };
  return deps.mode === 'observe' ? observe(target, acceptance) : accept(target, acceptance);
}

/** What runs already answers the push: nothing older is taken up after it, nor accepted. */
function outOfDate(
  target: Target,
  { reason, confirms = {} }: Decision & { readonly kind: 'skip' },
  push: Push,
): Step | undefined {
  const left = reason === 'already running' ? outdated(target, push) : undefined;
  const after = pushedAgain(left ?? target, confirms) ?? left;
  return after && silently(after);
}

/** A member waits for its plan's turn; but what it owes to another one cannot wait for that. */
async function tell(written: Written, plan: Membership | undefined, deps: Deps): Promise<void> {
  const { target } = written;
  const { cluster, service, generation, owes = [] } = target;
  const notBefore = currentRollout(target)?.notBefore ?? 0;
  if (plan === undefined && notBefore > deps.clock.now()) await remind(deps, written);
  else if (plan === undefined || owes.length > 0)
    await deps.rollouts.send(nudge({ cluster, service, generation }));
}

interface Skipped {
  readonly name: ServiceName;
  readonly decision: Decision;
}

/** The first attempt may have died between writing the state and saying so. */
async function skipped(
  { push }: Acting,
  { name, decision }: Skipped,
  deps: Deps,
): Promise<string | undefined> {
  if (decision.kind !== 'skip') return undefined;
  const { reason, detail } = decision;
  deps.journal.record({ outcome: 'service skipped', reason, detail, ...name, ...about(push) });
  if (reason !== 'already accepted') return undefined;
  const target = await loadTarget(deps.table, name);
  return target === undefined ? undefined : nudgeWaiting(target, deps);
}

/** Whoever has to look at what waits for its turn is told again. Where that is a plan, its id comes back. */
async function nudgeWaiting(target: Target, { rollouts }: Deps): Promise<string | undefined> {
  const waiting = currentRollout(target);
  if (waiting === undefined || isRolling(waiting)) return undefined;
  if (waiting.plan !== undefined) return waiting.plan.plan;
  const { cluster, service } = target;
  await rollouts.send(nudge({ cluster, service, generation: waiting.generation }));
  return undefined;
}

/** The same for many targets: each plan is pumped once. */
export async function tellAgain(targets: readonly Target[], deps: Deps): Promise<void> {
  const plans = new Set<string>();
  for (const target of targets) {
    const plan = await nudgeWaiting(target, deps);
    if (plan !== undefined) plans.add(plan);
  }
  for (const plan of plans) await deps.rollouts.send(pump(plan, deps.clock.now()));
}
