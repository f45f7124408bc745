import { asText } from '../../shared/domain/lossless-json.ts';
import { observing } from '../../shared/domain/target/accept.ts';
import { started } from '../../shared/domain/target/advance.ts';
import { conclude } from '../../shared/domain/target/conclude.ts';
import { readDescribed } from '../../shared/domain/task-definition/revise.ts';
import { Refused } from '../../shared/faults.ts';
import { isPaused } from '../../shared/records/control-record.ts';
import { changeKnown } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps, Done, KnownTurn, Turn } from './deps.ts';
import { endRollout, refused, restored } from './end.ts';
import { lookAgain, park } from './later.ts';
import { type Planned, planClone } from './plan-revision.ts';
import { registerRevision } from './register.ts';
import { withdraw } from './withdraw.ts';

/** An EventBridge rule's target or a schedule: clone, register, set. What it starts next runs the image; nothing runs now. */
export async function rollScheduled(turn: KnownTurn, deps: Deps): Promise<Done> {
  try {
    const planned = await plan(turn, deps);
    switch (planned.kind) {
      case 'end':
        return await endRollout(turn, planned, deps);
      case 'moved':
      case 'failing':
      case 'under way':
        return await withdraw(turn, deps);
      case 'unsure':
        return await lookAgain(turn, deps);
      case 'registered':
        return await setTo(turn, planned.revision, deps);
      default:
        return await registerAndSet({ ...turn, planned }, deps);
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return endRollout(turn, refused(turn, error, deps.clock.now()), deps);
  }
}

async function plan(turn: KnownTurn, deps: Deps): Promise<Planned> {
  const { name, rollout } = turn;
  const found = await deps.scheduledTargets.read(name);
  if (found === undefined) return { kind: 'end', outcome: 'skipped', reason: 'it runs no ECS task any more' };
  if (deps.mode === 'observe') return { kind: 'end', outcome: 'skipped', reason: observing };
  const look = { service: undefined, at: deps.clock.now() };
  if (rollout.revision !== undefined) return { kind: 'registered', revision: rollout.revision, look };
  const { taskDefinition } = readDescribed(await deps.definitions.describe(found.taskDefinition));
  const running = asText(taskDefinition['taskDefinitionArn']) ?? found.taskDefinition;
  return planClone({ ...turn, running, look }, deps);
}

interface Registering extends KnownTurn {
  readonly planned: Planned & { readonly kind: 'register' };
}

async function registerAndSet(turn: Registering, deps: Deps): Promise<Done> {
  const registered = await registerRevision({ ...turn, ...turn.planned }, deps);
  if (registered.kind === 'end') return endRollout(turn, registered, deps);
  return registered.kind === 'registered' ? setTo(turn, registered.revision, deps) : registered.done;
}

function setTo(turn: Turn, revision: string, deps: Deps): Promise<Done> {
  return turn.rollout.cause === 'restore' ? endRollout(turn, restored, deps) : set(turn, revision, deps);
}

/** Written back whole, and read again by the port. Setting it twice changes nothing. */
async function set(turn: Turn, revision: string, deps: Deps): Promise<Done> {
  const { name, rollout } = turn;
  if (await isPaused(deps.table)) return park(turn, deps);
  await deps.scheduledTargets.set(name, revision);
  const at = deps.clock.now();
  const { generation } = rollout;
  const step = await changeKnown({ table: deps.table, now: at }, name, (target) => {
    const begun = started(target, { generation, at, deploymentId: '' });
    if (begun === undefined) return undefined;
    const older = begun.notices.filter((notice) => notice.kind !== 'rollout.started');
    const reason = 'what it starts next runs it';
    const over = conclude(begun.target, { generation, at, outcome: 'completed', reason });
    return over === undefined ? begun : { ...over, notices: [...older, ...over.notices] };
  });
  if (step === undefined) return 'lost turn';
  deps.journal.record({ outcome: 'schedule updated', ...name, generation, revision });
  await remind(deps, step);
  return 'lost turn';
}
