import { look, wake } from '../../shared/domain/nudge.ts';
import type { Deps, Done, KnownTurn, Look, Turn } from './deps.ts';
import { endRollout, restored } from './end.ts';
import { lookAgain } from './later.ts';
import { type Planned, planRevision } from './plan-revision.ts';
import { type Registered, registerRevision, use } from './register.ts';
import { updateService } from './update.ts';
import { withdraw } from './withdraw.ts';

/** One rollout of one service: clone, register, update. */
export async function roll(turn: KnownTurn, deps: Deps): Promise<Done> {
  const planned = await planRevision(turn, deps);
  switch (planned.kind) {
    case 'end':
      return endRollout(turn, planned, deps);
    case 'moved':
      return withdraw(turn, deps);
    case 'failing':
      return waitForTheEnd(turn, deps);
    case 'unsure':
      return lookAgain(turn, deps);
    default:
      return updateTo({ ...turn, look: planned.look }, await revisionFor(turn, planned, deps), deps);
  }
}

type Found = Extract<Planned, { readonly kind: 'registered' | 'under way' | 'register' }>;

function revisionFor(turn: KnownTurn, planned: Found, deps: Deps): Promise<Registered> | Registered {
  if (planned.kind === 'registered') return planned;
  if (planned.kind === 'under way') return use({ ...turn, ...planned }, planned.base, deps);
  return registerRevision({ ...turn, ...planned }, deps);
}

interface Looked extends Turn {
  readonly look: Look;
}

function updateTo(turn: Looked, registered: Registered, deps: Deps): Promise<Done> | Done {
  if (registered.kind === 'end') return endRollout(turn, registered, deps);
  if (registered.kind !== 'registered') return registered.done;
  if (turn.rollout.cause === 'restore') return endRollout(turn, restored, deps);
  return updateService({ ...turn, revision: registered.revision }, deps);
}

/** deployment-changed concludes the older one, which may mean to go back first. */
async function waitForTheEnd(turn: Turn, deps: Deps): Promise<Done> {
  const now = deps.clock.now();
  const { name } = turn;
  await deps.wakeups.send({ body: wake({ at: now, message: look({ ...name, tries: 0 }) }) });
  return lookAgain(turn, deps);
}
