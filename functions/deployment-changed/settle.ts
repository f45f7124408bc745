import type { ServiceName } from '../../shared/domain/arn.ts';
import { judge, judgeByRecord, type Verdict } from '../../shared/domain/outcome.ts';
import type { Step } from '../../shared/domain/target/accept.ts';
import { ended, rollingBack } from '../../shared/domain/target/advance.ts';
import type { Rollout, Target } from '../../shared/domain/target/state.ts';
import { unreachable } from '../../shared/domain/unreachable.ts';
import { Refused } from '../../shared/faults.ts';
import { changeTarget } from '../../shared/records/target-record.ts';
import type { Deps } from './deps.ts';

/** Writes down how each of these rollouts stands. False while any of them is still on its way. */
export async function settle(name: ServiceName, rollouts: readonly Rollout[], deps: Deps): Promise<boolean> {
  const settled: boolean[] = [];
  for (const rollout of rollouts) {
    const verdict = await verdictOn(name, rollout, deps);
    settled.push(verdict.kind === 'ended');
    await write({ name, rollout, verdict }, deps);
  }
  return settled.every(Boolean);
}

async function verdictOn(name: ServiceName, rollout: Rollout, deps: Deps): Promise<Verdict> {
  try {
    return await askEcs(name, rollout, deps);
  } catch (error) {
    const { startedAt = 0 } = rollout;
    const isYoung = deps.clock.now() - startedAt < permissionsSpreadMs;
    if (!(error instanceof Refused) || isYoung) throw error;
    return { kind: 'ended', outcome: 'failed', reason: `nobody can tell: ${error.code}: ${error.message}` };
  }
}

/** A cluster that slipway.yml names no longer is refused for good; IAM spreading a new permission, for minutes. */
const permissionsSpreadMs = 60 * 60_000;

async function askEcs(name: ServiceName, rollout: Rollout, deps: Deps): Promise<Verdict> {
  const [service] = await deps.services.describe(name.cluster, [name.service]);
  if (service === undefined) {
    return { kind: 'ended', outcome: 'failed', reason: 'the service no longer exists' };
  }
  const verdict = judge(service, rollout);
  if (verdict.kind !== 'gone') return verdict;
  const records = await deps.services.deploymentRecords(service.cluster, service.service);
  return judgeByRecord(service, rollout, { records, at: deps.clock.now() });
}

interface Judged {
  readonly name: ServiceName;
  readonly rollout: Rollout;
  readonly verdict: Verdict;
}

async function write({ name, rollout, verdict }: Judged, { table, clock, journal }: Deps): Promise<void> {
  const at = clock.now();
  const { generation } = rollout;
  const step = await changeTarget({ table, now: at }, name, (target) =>
    target === undefined ? undefined : stepFor(target, verdict, { generation, at }),
  );
  const said = verdict.kind === 'ended' ? `rollout ${verdict.outcome}` : 'rollout on its way';
  const reason = 'reason' in verdict ? verdict.reason : undefined;
  journal.record({ outcome: said, ...name, generation, reason, changed: step !== undefined });
}

/** Still rolling: the same state is written again, which puts off the next look. */
function stepFor(
  target: Target,
  verdict: Verdict,
  turn: { readonly generation: number; readonly at: number },
): Step | undefined {
  switch (verdict.kind) {
    case 'rolling':
    case 'gone':
      return { target, notices: [] };
    case 'rolling back':
      return rollingBack(target, { ...turn, reason: verdict.reason });
    case 'ended':
      return ended(target, { ...turn, outcome: verdict.outcome, reason: verdict.reason });
    default:
      return unreachable(verdict);
  }
}
