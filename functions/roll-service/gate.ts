import { isQuarantined } from '../../shared/domain/target/quarantine.ts';
import type { Cause, Rollout, Target } from '../../shared/domain/target/state.ts';
import { isPaused } from '../../shared/records/control-record.ts';
import { foreignOwner } from '../../shared/records/owner-record.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps, Done, End, Turn } from './deps.ts';
import { endRollout } from './end.ts';
import { park } from './later.ts';
import { turnOfPlan } from './plan-turn.ts';

/** What may keep a rollout that waits from beginning, before ECS is asked at all. */
export async function gate(turn: Turn & { readonly target: Target }, deps: Deps): Promise<Done | 'go'> {
  const { name, rollout, target } = turn;
  if ((rollout.notBefore ?? 0) > deps.clock.now()) return notYet(turn, deps);
  const end = stopsHere(target, rollout) ?? (await foreign(turn, deps)) ?? (await turnOfPlan(turn, deps));
  if (end === 'wait') {
    deps.journal.record({ outcome: 'waits for its plan', ...name, generation: rollout.generation });
    return 'done';
  }
  if (end !== undefined) return endRollout(turn, end, deps);
  return (await isPaused(deps.table)) ? park(turn, deps) : 'go';
}

async function notYet({ name }: Turn, deps: Deps): Promise<Done> {
  const same = (target: Target | undefined) => (target === undefined ? undefined : { target, notices: [] });
  const step = await changeTarget({ table: deps.table, now: deps.clock.now() }, name, same);
  if (step !== undefined) await remind(deps, step);
  return 'done';
}

/** What a person asked for is done although the target is on hold; so is undoing a failure. */
const held: readonly Cause[] = ['push', 'found', 'alone', 'deploy'];

function stopsHere(target: Target, { cause = 'push', changes }: Rollout): End | undefined {
  if (!held.includes(cause)) return undefined;
  const { hold } = target;
  if (hold !== undefined) return skipped(`on hold: ${hold.reason}`);
  const bad = Object.values(changes).find(({ repository, digest }) =>
    isQuarantined(target, repository, digest),
  );
  return bad === undefined ? undefined : skipped(`${bad.repository}:${bad.tag} is quarantined here`);
}

async function foreign({ name }: Turn, { table }: Deps): Promise<End | undefined> {
  const owner = await foreignOwner(table, name.cluster);
  return owner === undefined ? undefined : skipped(`cluster ${name.cluster} belongs to ${owner}`);
}

function skipped(reason: string): End {
  return { kind: 'end', outcome: 'skipped', reason };
}
