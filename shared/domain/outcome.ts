import { revisionName } from './arn.ts';
import { type Deployment, type DeploymentRecord, primaryOf, type ServiceSnapshot } from './service.ts';
import type { Outcome, Rollout } from './target/state.ts';

/** How a rollout stands, judged by what the service really runs. */
export type Verdict =
  | { readonly kind: 'rolling' }
  | { readonly kind: 'rolling back'; readonly reason: string }
  | { readonly kind: 'ended'; readonly outcome: Outcome; readonly reason: string }
  /** DescribeServices no longer shows our deployment: ask ECS's deployment records. */
  | { readonly kind: 'gone' };

/**
 * Never trusts an event, and never COMPLETED alone: completed is only a rollout whose revision the primary deployment runs.
 * The revision is compared, not the deployment's id: a rollback of ECS brings the old deployment's id back.
 */
export function judge(service: ServiceSnapshot, rollout: Rollout): Verdict {
  if (service.status !== 'ACTIVE') return ended('failed', `the service is ${service.status}`);
  const primary = primaryOf(service);
  if (primary === undefined) return ended('failed', 'the service has no primary deployment');
  if (primary.taskDefinition === rollout.revision) return judgeOurs(primary);
  const ours = service.deployments.find(({ taskDefinition }) => taskDefinition === rollout.revision);
  const failed = ours?.rolloutState === 'FAILED' || rollout.phase === 'rolling-back';
  return failed ? judgeRollback(primary, rollout, ours?.reason ?? rollout.reason ?? '') : { kind: 'gone' };
}

function judgeOurs({ rolloutState, reason = '' }: Deployment): Verdict {
  if (rolloutState === 'COMPLETED') return ended('completed', reason);
  if (rolloutState === 'FAILED') return ended('failed', reason);
  return { kind: 'rolling' };
}

function judgeRollback(primary: Deployment, { baseRevision }: Rollout, reason: string): Verdict {
  const { rolloutState, taskDefinition } = primary;
  if (rolloutState === 'IN_PROGRESS') return { kind: 'rolling back', reason };
  const [said, running] = [withoutStop(reason), revisionName(taskDefinition)];
  return rolloutState === 'FAILED'
    ? ended('failed', `${said}; ${running} failed as well: ${primary.reason ?? 'ECS says no more'}`)
    : ended('rolled-back', `${said}; it runs ${running} ${taskDefinition === baseRevision ? 'again' : 'now'}`);
}

/** A fresh deployment may be missing from ECS's reads for some seconds; later than this it is really gone. */
const readsLagMs = 120_000;

interface Records {
  readonly records: readonly DeploymentRecord[];
  readonly at: number;
}

/**
 * The same question to ListServiceDeployments, whose entries name a deployment by the digits of its id. What else the service
 * runs counts only when the reads must have caught up: until then they may still show what ran before.
 */
export function judgeByRecord(service: ServiceSnapshot, rollout: Rollout, { records, at }: Records): Verdict {
  const running =
    service.taskDefinition === undefined ? 'another revision' : revisionName(service.taskDefinition);
  const record = records.find(({ targetServiceRevisionArn }) => isOf(targetServiceRevisionArn, rollout));
  const said = withoutStop(record?.reason ?? '');
  const maybeOld = at - (rollout.startedAt ?? at) < readsLagMs;
  switch (record?.status) {
    case 'SUCCESSFUL':
      return maybeOld
        ? { kind: 'rolling' }
        : ended('superseded', `its deployment succeeded, and another one has set the service to ${running} since`);
    case 'ROLLBACK_SUCCESSFUL':
      return ended('rolled-back', `${said || 'ECS rolled back'}; it runs ${running} now`);
    case 'ROLLBACK_FAILED':
      return ended('failed', said || 'the rollback failed');
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { kind: 'rolling back', reason: said || 'ECS is rolling back' };
    case 'STOPPED':
    case undefined:
      return maybeOld ? { kind: 'rolling' } : leftBehind({ service, rollout, said, running });
    default:
      return { kind: 'rolling' };
  }
}

interface LeftBehind {
  readonly service: ServiceSnapshot;
  readonly rollout: Rollout;
  readonly said: string;
  readonly running: string;
}

/** Stopped, or unknown to ECS: what runs instead tells the rest. */
function leftBehind({ service, rollout, said, running }: LeftBehind): Verdict {
  const words = said === '' ? '' : `; ECS says: ${said}`;
  if (primaryOf(service)?.taskDefinition === rollout.baseRevision) {
    return ended('stopped', `the service is back on ${running}${words}`);
  }
  return ended('superseded', `another deployment set the service to ${running}${words}`);
}

function isOf(revisionArn: string, { deploymentId }: Rollout): boolean {
  const digits = deploymentId?.split('/').at(-1);
  return digits !== undefined && digits !== '' && revisionArn.endsWith(`/${digits}`);
}

function ended(outcome: Outcome, reason: string): Verdict {
  return { kind: 'ended', outcome, reason };
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
