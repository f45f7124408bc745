import { parseImageAction } from '../../events/ecr-image-action/schema.ts';
import { chunks } from '../../shared/domain/chunks.ts';
import { ecrRegistry } from '../../shared/domain/image-ref.ts';
import { nudge } from '../../shared/domain/nudge.ts';
import { accept, observe } from '../../shared/domain/target/accept.ts';
import { currentRollout, isRolling } from '../../shared/domain/target/state.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import type { Clock, Journal, Queue } from '../../shared/ports.ts';
import { rememberPush } from '../../shared/records/push-record.ts';
import { changeTarget, loadTarget } from '../../shared/records/target-record.ts';
import { classify } from './classify.ts';
import { mayWant } from './decide/rule.ts';
import { type Decision, decide, type Push } from './decide.ts';
import { type PlanDeps, type PlannedTarget, plan } from './plan.ts';

/** So many targets at once. */
const atOnce = 5;

export interface Deps extends PlanDeps {
  readonly mode: 'act' | 'observe';
  readonly rollouts: Queue;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** An image was pushed: decide for every service that runs it, write down what was accepted, and nudge. */
export async function imagePushed(event: unknown, deps: Deps): Promise<void> {
  await remember(event, deps);
  const planned = await plan(event, deps);
  const { repository, tag, digest } = planned.action;
  const about = { repository, tag, digest };
  switch (planned.kind) {
    case 'ignored':
      deps.journal.record({
        outcome: 'push ignored',
        reason: planned.reason,
        detail: planned.detail,
        ...about,
      });
      return;
    case 'decided':
      if (planned.stale) deps.journal.record({ outcome: 'push stale', now: planned.push.digest, ...about });
      if (planned.targets.length === 0) deps.journal.record({ outcome: 'push unused', ...about });
      for (const some of chunks(planned.targets, atOnce)) {
        await Promise.all(some.map((target) => act(planned.push, target, deps)));
      }
      return;
    default:
      unreachable(planned);
  }
}

async function remember(event: unknown, { table, home, rules }: Deps): Promise<void> {
  const action = parseImageAction(event);
  if (classify(action, home) !== undefined || action.tag === undefined) return;
  const { repository, tag, digest } = action;
  if (!mayWant(rules, repository)) return;
  await rememberPush(
    table,
    { registry: ecrRegistry(home.account, home.region), repository, tag, digest },
    action.at,
  );
}

/** Decides again on the state that is written over, so that two pushes at once cannot both win. */
async function act(push: Push, { name, context, decision: first }: PlannedTarget, deps: Deps): Promise<void> {
  const now = deps.clock.now();
  let decision: Decision = first;
  const step = await changeTarget({ table: deps.table, now }, name, (target) => {
    decision = decide(push, { ...context, target });
    if (decision.kind === 'skip') return undefined;
    const { changes, from, base } = decision;
    const acceptance = { ...name, changes, from, base, at: now };
    return deps.mode === 'observe' ? observe(target, acceptance) : accept(target, acceptance);
  });
  const about = { ...name, repository: push.repository, tag: push.tag, digest: push.digest };
  if (step === undefined) await skipped(about, decision, deps);
  else {
    const { generation } = step.target;
    if (deps.mode === 'act') await deps.rollouts.send(nudge({ ...name, generation }));
    deps.journal.record({
      outcome: deps.mode === 'act' ? 'rollout accepted' : 'rollout observed',
      ...about,
      generation,
    });
  }
}

interface About {
  readonly cluster: string;
  readonly service: string;
}

async function skipped(about: About, decision: Decision, deps: Deps): Promise<void> {
  if (decision.kind !== 'skip') return;
  const { reason, detail } = decision;
  deps.journal.record({ outcome: 'service skipped', reason, detail, ...about });
  if (reason === 'already accepted') await nudgeAgain(about, deps);
}

/** The first attempt may have died between writing the state and sending the nudge. */
async function nudgeAgain({ cluster, service }: About, { table, rollouts }: Deps): Promise<void> {
  const target = await loadTarget(table, { cluster, service });
  const waiting = target === undefined ? undefined : currentRollout(target);
  if (waiting === undefined || isRolling(waiting)) return;
  await rollouts.send(nudge({ cluster, service, generation: waiting.generation }));
}
