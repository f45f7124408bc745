import type { ServiceName } from '../../shared/domain/arn.ts';
import { pump as pumpMessage } from '../../shared/domain/nudge.ts';
import { report } from '../../shared/domain/plan/report.ts';
import { seeMessage } from '../../shared/domain/reconcile-messages.ts';
import { silently } from '../../shared/domain/target/accept.ts';
import { pay } from '../../shared/domain/target/debts.ts';
import type { Debt } from '../../shared/domain/target/state.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import { changePlan } from '../../shared/records/plan-record.ts';
import { changeKnown, loadTarget } from '../../shared/records/target-record.ts';
import { remind } from '../../shared/records/timers.ts';
import type { Deps } from './deps.ts';

/** Says what the target owes to others. Each may be said twice, and changes nothing the second time. */
export async function payDebts(name: ServiceName, deps: Deps): Promise<void> {
  const target = await loadTarget(deps.table, name);
  const owes = target?.owes ?? [];
  if (owes.length === 0) return;
  for (const debt of owes) await say(name, debt, deps);
  const step = await changeKnown({ table: deps.table, now: deps.clock.now() }, name, (known) =>
    silently(owes.reduce(pay, known)),
  );
  if (step !== undefined) await remind(deps, step);
}

function say(name: ServiceName, debt: Debt, deps: Deps): Promise<void> {
  switch (debt.kind) {
    case 'plan':
      return tellPlan(name, debt, deps);
    case 'see':
      return deps.reconciles.send({ body: seeMessage(name) });
    default:
      return unreachable(debt);
  }
}

/** What became of a member may let the next ones go, or stop them all. */
export async function tellPlan(
  name: ServiceName,
  { plan, index, result, why, goesOn }: Debt & { readonly kind: 'plan' },
  deps: Deps,
): Promise<void> {
  const at = deps.clock.now();
  const step = await changePlan(deps, plan, (known) =>
    report(known, { index, name, result, why, goesOn, at }),
  );
  if (step === undefined) return;
  deps.journal.record({ outcome: 'plan told', ...name, plan, index, result });
  await deps.rollouts.send(pumpMessage(plan, at));
}
