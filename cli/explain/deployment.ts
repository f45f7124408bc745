import {
  type DeploymentStateChange,
  parseDeploymentStateChange,
} from '../../events/ecs-deployment-state-change/schema.ts';
import { revisionName } from '../../shared/domain/arn.ts';
import { judge, judgeByRecord, type Verdict } from '../../shared/domain/outcome.ts';
import { primaryOf, type ServiceSnapshot } from '../../shared/domain/service.ts';
import { isRolling, type Rollout } from '../../shared/domain/target/rollout.ts';
import { openRollouts, type Target } from '../../shared/domain/target/state.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import type { Explanation, TargetFacts } from './explanation.ts';
import type { GivenEvent } from './read-event.ts';
import type { Surroundings } from './surroundings.ts';

type Explained = Omit<Explanation, 'event'> & { readonly says: string };

/** Which rollouts the event concerns, and how they stand now by what the service really runs. */
export async function explainDeployment({ json }: GivenEvent, around: Surroundings): Promise<Explained> {
  const change = parseDeploymentStateChange(json);
  const { cluster, service, name, deploymentId, reason } = change;
  const which = deploymentId === '' ? name : `${name} ${deploymentId}`;
  const says = `${which} of ${cluster}/${service}${reason === undefined ? '' : `: ${reason}`}`;
  const foreign = foreignTo(change, around.home);
  if (foreign !== undefined) return { says, kind: 'ignored', reason: foreign, targets: [] };
  const [snapshot] = await around.services.describe(cluster, [service]);
  const target = await loadTarget(around.table, { cluster, service });
  const open = target === undefined ? [] : openRollouts(target);
  const targets = await Promise.all(open.map((rollout) => standing(rollout, snapshot, { change, around })));
  if (targets.length > 0) return { says, kind: 'deployment', targets };
  return { says, kind: 'deployment', targets: [none({ change, target, snapshot, around })] };
}

function foreignTo(
  { account, region }: DeploymentStateChange,
  home: Surroundings['home'],
): string | undefined {
  if (account !== home.account) return 'another account';
  return region === home.region ? undefined : 'another Region';
}

interface Asking {
  readonly change: DeploymentStateChange;
  readonly around: Surroundings;
}

async function standing(
  rollout: Rollout,
  snapshot: ServiceSnapshot | undefined,
  { change, around }: Asking,
): Promise<TargetFacts> {
  const { cluster, service, deploymentId } = change;
  const its = rollout.deploymentId === deploymentId ? 'this deployment' : 'another deployment';
  const detail = `rollout ${rollout.generation}, ${its}`;
  if (!isRolling(rollout)) {
    return {
      cluster,
      service,
      decision: rollout.phase,
      reason: 'roll-service has yet to take its turn',
      detail,
    };
  }
  const verdict = await verdictOn(rollout, snapshot, around);
  const decision = verdict.kind === 'ended' ? verdict.outcome : verdict.kind;
  const reason = 'reason' in verdict ? verdict.reason : 'ECS is still at it';
  return { cluster, service, decision, reason, detail };
}

async function verdictOn(
  rollout: Rollout,
  snapshot: ServiceSnapshot | undefined,
  { services }: Surroundings,
): Promise<Verdict> {
  if (snapshot === undefined)
    return { kind: 'ended', outcome: 'failed', reason: 'the service no longer exists' };
  const at = Date.now();
  const verdict = judge(snapshot, rollout, { at });
  if (verdict.kind !== 'gone') return verdict;
  const records = await services.deploymentRecords(snapshot.cluster, snapshot.service);
  return judgeByRecord(snapshot, rollout, { records, at });
}

interface Nothing extends Asking {
  readonly target: Target | undefined;
  readonly snapshot: ServiceSnapshot | undefined;
}

function none({ change, target, snapshot, around }: Nothing): TargetFacts {
  const { cluster, service } = change;
  const primary = snapshot === undefined ? undefined : primaryOf(snapshot);
  const runs =
    primary === undefined
      ? 'the service is not there'
      : `the service runs ${revisionName(primary.taskDefinition)}, ${primary.rolloutState ?? primary.status}`;
  if (!around.remembers) {
    return {
      cluster,
      service,
      decision: 'unknown',
      reason: 'rollouts are remembered in the table',
      detail: runs,
    };
  }
  const [last] = target?.rollouts ?? [];
  const before = last === undefined ? '' : `; rollout ${last.generation} is ${last.phase}`;
  return { cluster, service, decision: 'nothing', reason: 'no open rollout', detail: `${runs}${before}` };
}
