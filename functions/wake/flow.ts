import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import {
  look,
  nudge,
  pump,
  readLook,
  readNudge,
  readPump,
  readWake,
  type Wake,
} from '../../shared/domain/nudge.ts';
import { RejectedInput } from '../../shared/faults.ts';
import type { Journal, Queue } from '../../shared/ports.ts';

export interface Deps {
  /** `rollouts.fifo`, which feeds `roll-service`. */
  readonly rollouts: Queue;
  /** Feeds `deployment-changed`. */
  readonly looks: Queue;
  readonly journal: Journal;
}

/** A timer's time has come: what it holds goes to the queue that it is for. Twice the same timer is once the same message. */
export async function wakeUp(message: JsonValue, deps: Deps): Promise<void> {
  const woken = readWake(message);
  const sent = woken === undefined ? undefined : await passOn(woken, deps);
  if (sent === undefined) throw new RejectedInput('not a timer that this version of Slipway understands');
  deps.journal.record({ outcome: 'woken', ...sent });
}

async function passOn({ at, message }: Wake, { rollouts, looks }: Deps) {
  const nudged = readNudge(message);
  if (nudged !== undefined) {
    await rollouts.send(nudge(nudged, at));
    return { kind: 'nudge', cluster: nudged.cluster, service: nudged.service, at };
  }
  const plan = readPump(message);
  if (plan !== undefined) {
    await rollouts.send(pump(plan, at));
    return { kind: 'pump', plan, at };
  }
  const looked = readLook(message);
  if (looked === undefined) return undefined;
  await looks.send({ body: look(looked) });
  return { kind: 'look', cluster: looked.cluster, service: looked.service, at };
}
