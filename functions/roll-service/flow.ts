import type { ServiceName } from '../../shared/domain/arn.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import { readServiceMessage } from '../../shared/domain/nudge.ts';
import { currentRollout, isRolling } from '../../shared/domain/target/state.ts';
import { RejectedInput, Unavailable } from '../../shared/faults.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import type { Deps, Turn } from './deps.ts';
import { endRollout } from './end.ts';
import { planRevision } from './plan-revision.ts';
import { registerRevision } from './register.ts';
import { updateService } from './update.ts';

const turnsMax = 5;

/** Brings one service to its newest accepted rollout. Each step may be repeated; a rollout that lost its turn changes nothing. */
export async function rollService(message: JsonValue, deps: Deps): Promise<void> {
  const name = readServiceMessage('nudge', message);
  if (name === undefined) throw new RejectedInput('not a nudge that this version of Slipway understands');
  for (let turns = 0; turns < turnsMax; turns += 1) {
    if ((await takeTurn(name, deps)) !== 'lost turn') return;
  }
  throw new Unavailable(`${name.cluster}/${name.service}: newer pushes kept taking the turn`);
}

/** From the state as it is now to the next final word: `lost turn` means that a newer rollout was accepted meanwhile. */
async function takeTurn(name: ServiceName, deps: Deps): Promise<'done' | 'lost turn'> {
  const target = await loadTarget(deps.table, name);
  const rollout = target === undefined ? undefined : currentRollout(target);
  if (target === undefined || rollout === undefined || isRolling(rollout)) {
    deps.journal.record({ outcome: 'nothing to roll', ...name, phase: rollout?.phase });
    return 'done';
  }
  const turn: Turn = { name, rollout };
  const planned = await planRevision({ ...turn, target }, deps);
  switch (planned.kind) {
    case 'end':
      return endRollout(turn, planned, deps);
    case 'registered':
      return updateService({ ...turn, revision: planned.revision }, deps);
    default: {
      const registered = await registerRevision({ ...turn, ...planned }, deps);
      if (registered.kind === 'registered')
        return updateService({ ...turn, revision: registered.revision }, deps);
      return registered.kind === 'end' ? endRollout(turn, registered, deps) : 'lost turn';
    }
  }
}
