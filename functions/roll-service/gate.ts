import { isScheduled } from '../../shared/domain/scheduled-name.ts';
import { without } from '../../shared/domain/target/advance.ts';
import { takeUpBeside } from '../../shared/domain/target/alone.ts';
import { restoreFirst } from '../../shared/domain/target/go-back.ts';
import { type Postponed, postpone } from '../../shared/domain/target/postpone.ts';
import { isQuarantined } from '../../shared/domain/target/quarantine.ts';
import type { Cause, Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { isPaused } from '../../shared/records/control-record.ts';
import { foreignOwner } from '../../shared/records/owner-record.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import { deploymentOf, isWantedUnwatched } from './decide.ts';
import type { Deps, Done, End, KnownTurn, Turn } from './deps.ts';
import { endRollout } from './end.ts';
import { park, waitForPlace } from './later.ts';
import { type Barred, freePlans, type Held, membersFor, turnOfPlans } from './plan-turn.ts';

/** What may keep a rollout that waits from beginning, before ECS is asked at all. */
export async function gate(turn: KnownTurn, deps: Deps): Promise<Done | 'go'> {
  const { name, rollout } = turn;
  if ((rollout.notBefore ?? 0) > deps.clock.now()) {
    deps.journal.record({ outcome: 'too early', ...name, at: rollout.notBefore });
    return 'done';
  }
  const verdict = await verdictOn(turn, deps);
  if (verdict === 'go') return (await isPaused(deps.table)) ? park(turn, deps) : 'go';
  if (verdict === 'wait' || verdict === 'full') return waitForPlan(turn, verdict, deps);
  return (await isSet(turn, deps)) ? 'go' : bar(turn, verdict, deps);
}

async function waitForPlan(turn: KnownTurn, verdict: 'wait' | 'full', deps: Deps): Promise<Done> {
  if (turn.rollout.restores === true) return letRestore(turn, deps);
  if (await letGoBeside(turn, deps)) return 'lost turn';
  if (verdict === 'full') return waitForPlace(turn, deps);
  deps.journal.record({
    outcome: 'waits for its plan',
    ...turn.name,
    generation: turn.rollout.generation,
  });
  return 'done';
}

function bar(turn: Turn, verdict: End | Barred | Postponed, deps: Deps): Promise<Done> {
  if ('member' in verdict) return letWait(turn, verdict, deps);
  return 'outcome' in verdict ? endRollout(turn, verdict, deps) : leaveOut(turn, verdict, deps);
}

/** The family's newest revision is a bad one for as long as the push waits. */
async function letRestore({ name, rollout }: Turn, { table, clock, journal }: Deps): Promise<Done> {
  const now = clock.now();
  const { generation } = rollout;
  await changeKnown({ table, now }, name, (target) =>
    target.generation === generation ? restoreFirst(target, now) : undefined,
  );
  journal.record({ outcome: 'restored first', ...name, generation });
  return 'lost turn';
}

/** Two plans that waited for each other's targets would wait for ever: what may go begins, and what has to wait waits after it. */
async function letGoBeside({ name, target }: KnownTurn, deps: Deps): Promise<boolean> {
  if ((target.alone ?? []).length === 0) return false;
  const free = await freePlans(target, deps);
  const at = deps.clock.now();
  const step = await changeKnown({ table: deps.table, now: at }, name, (known) =>
    takeUpBeside(known, { free, at }),
  );
  if (step === undefined) return false;
  deps.journal.record({ outcome: 'next taken up', ...name, generation: step.target.generation });
  await remind(deps, step);
  return true;
}

/** The other images of the rollout go without it. */
async function letWait({ name }: Turn, held: Postponed, deps: Deps): Promise<Done> {
  const { table, clock, journal } = deps;
  const now = clock.now();
  const step = await changeKnown({ table, now }, name, (target) => postpone(target, held, now));
  if (step !== undefined) await remind(deps, step);
  journal.record({ outcome: 'image waits for its plan', ...name, ...held });
  return 'lost turn';
}

type Verdict = End | Held | 'go';

async function verdictOn(turn: KnownTurn, deps: Deps): Promise<Verdict> {
  const { rollout, target } = turn;
  const end = stopsHere(target, rollout) ?? (await foreign(turn, deps));
  const barred = end ?? quarantinedIn(target, rollout);
  if (barred !== undefined) return barred;
  if (rollout.phase !== 'accepted') return 'go';
  return (await turnOfPlans(turn, deps)) ?? 'go';
}

/** Whoever set the service may have died before it was written down: what ECS rolls already is followed to its end. */
async function isSet({ name, rollout, target }: KnownTurn, { services }: Deps): Promise<boolean> {
  const { revision, phase, cause } = rollout;
  const isMade = phase === 'registered' && revision !== undefined;
  if (isScheduled(name) || !(isMade || cause === 'found')) return false;
  const [service] = await services.describe(name.cluster, [name.service]);
  return isMade ? deploymentOf(service, revision) !== undefined : isWantedUnwatched(target, rollout, service);
}

/** Images of other pushes that joined it go on. */
export async function leaveOut(turn: Turn, { digest, reason, silent }: Barred, deps: Deps): Promise<Done> {
  const { name, rollout } = turn;
  const { generation } = rollout;
  const members = await membersFor(rollout, digest, deps);
  const step = await changeKnown({ table: deps.table, now: deps.clock.now() }, name, (target) =>
    without(target, { generation, digests: [digest], members }),
  );
  const leavesBad = rollout.phase === 'registered' || rollout.phase === 'registering';
  if (step === undefined) return endRollout(turn, { ...skipped(reason), silent, leavesBad }, deps);
  deps.journal.record({ outcome: 'image left out', ...name, generation, digest, reason });
  return 'lost turn';
}

/** What a person asked for is done although the target is on hold; so is undoing a failure. */
const held: readonly Cause[] = ['push', 'found', 'alone', 'deploy'];

function stopsHere(target: Target, { cause = 'push' }: Rollout): End | undefined {
  if (!held.includes(cause)) return undefined;
  const { hold } = target;
  return hold === undefined ? undefined : skipped(`on hold: ${hold.reason}`);
}

function quarantinedIn(target: Target, { cause = 'push', changes }: Rollout): Barred | undefined {
  if (!held.includes(cause)) return undefined;
  const bad = Object.values(changes).find(({ repository, digest }) =>
    isQuarantined(target, repository, digest),
  );
  if (bad === undefined) return undefined;
  const { repository, tag, digest } = bad;
  return { digest, reason: `${repository}:${tag} is quarantined here`, silent: false };
}

async function foreign({ name }: Turn, { table }: Deps): Promise<End | undefined> {
  const owner = await foreignOwner(table, name.cluster);
  return owner === undefined ? undefined : skipped(`cluster ${name.cluster} belongs to ${owner}`);
}

function skipped(reason: string): End {
  return { kind: 'end', outcome: 'skipped', reason };
}
