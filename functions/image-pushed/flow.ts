import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { readSelect } from '../../shared/domain/reconcile-messages.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import { Throttled } from '../../shared/faults.ts';
import { rememberPush } from '../../shared/records/push-record.ts';
import { sendAgain } from '../../shared/records/throttled.ts';
import { actOn } from './act.ts';
import { classify } from './classify.ts';
import { mayWant } from './decide/rule.ts';
import type { Deps } from './deps.ts';
import { plan, registryOf } from './plan.ts';
import { readArrival } from './read-event.ts';
import { select } from './select.ts';

/** An image has come, or reconcile has looked: decide for every target that runs it, write down what was accepted, and nudge. */
export async function imagePushed(message: unknown, deps: Deps): Promise<void> {
  try {
    await handle(message, deps);
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    await sendAgain(message as JsonObject, error, { queue: deps.pushes, journal: deps.journal });
  }
}

async function handle(message: unknown, deps: Deps): Promise<void> {
  const asked = readSelect(message);
  if (asked !== undefined) return select(asked, deps);
  await remember(message, deps);
  await arrived(message, deps);
}

async function arrived(event: unknown, deps: Deps): Promise<void> {
  const planned = await plan(event, deps);
  const { repository, tag, digest, way } = planned.action;
  const about = { repository, tag, digest, way: way === 'push' ? undefined : way };
  switch (planned.kind) {
    case 'ignored': {
      const { reason, detail } = planned;
      deps.journal.record({ outcome: 'push ignored', reason, detail, ...about });
      return;
    }
    case 'decided': {
      const { push, lookUp, resolvedAt, targets, stale } = planned;
      if (stale) deps.journal.record({ outcome: 'push stale', now: push.digest, ...about });
      if (targets.length === 0) deps.journal.record({ outcome: 'push unused', ...about });
      return actOn({ push, lookUp, resolvedAt }, targets, deps);
    }
    default:
      return unreachable(planned);
  }
}

/** What counts is when the tag was pushed, whenever the event comes and whatever becomes of it. */
async function remember(event: unknown, { table, home, rules }: Deps): Promise<void> {
  const action = readArrival(event);
  if (classify(action, home, rules) !== undefined) return;
  const { repository, tag, digest, at } = action;
  const image = { registry: registryOf(action), repository };
  if (tag === undefined || digest === undefined || !mayWant(rules, image)) return;
  await rememberPush(table, { ...image, tag, digest }, at);
}
