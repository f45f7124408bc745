import type { Notice, RolloutNotice, TargetNotice } from '../../../shared/domain/notice.ts';
import type { Rollout } from '../../../shared/domain/target/rollout.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import type { Scene } from '../scene.ts';
import { isBadFor } from './good.ts';

const ends = new Set([
  'rollout.completed',
  'rollout.rolled-back',
  'rollout.timed-out',
  'rollout.superseded',
  'rollout.joined',
  'rollout.stopped',
  'rollout.failed',
  'rollout.skipped',
]);

/** Each state change is announced at least once, under one id, and each announcement is true. */
export function announcedTruly(scene: Scene): void {
  const written = scene.notices();
  carriedOut(scene, written);
  const ofRollouts = written.filter((notice): notice is RolloutNotice => 'rollout' in notice);
  for (const [id, notices] of Object.entries(Object.groupBy(ofRollouts, ({ rollout }) => rollout.id))) {
    judgeRollout(scene, id, notices ?? []);
  }
  for (const notice of written) if ('target' in notice) judgeTarget(scene, notice);
  for (const target of scene.targets()) endsWereTold(scene, target, ofRollouts);
}

/** What was written was published, and nothing else. */
function carriedOut(scene: Scene, written: readonly Notice[]): void {
  const heard = new Set(scene.announced.map(({ notice }) => notice.id));
  const known = new Set(written.map(({ id }) => id));
  const silent = written.filter(({ id }) => !heard.has(id));
  const made = [...heard].filter((id) => !known.has(id));
  for (const { id, kind } of silent)
    scene.violates(`announced: ${kind} ${id} was written and never published`);
  for (const id of made) scene.violates(`announced: ${id} was published and never written`);
}

function judgeRollout(scene: Scene, id: string, notices: readonly RolloutNotice[]): void {
  const kinds = notices.map(({ kind }) => kind);
  const finals = kinds.filter((kind) => ends.has(kind));
  if (new Set(kinds).size < kinds.length)
    scene.violates(`announced: ${id} twice the same: ${kinds.join(', ')}`);
  if (finals.length > 1) scene.violates(`announced: ${id} ended twice: ${finals.join(', ')}`);
  if (kinds.includes('rollout.started') && finals.length === 0 && !scene.isPaused())
    scene.violates(`announced: ${id} started and never ended`);
  for (const notice of notices) {
    const lie = lieOf(scene, notice);
    if (lie !== undefined) scene.violates(`announced: ${id} ${notice.kind}, but ${lie}`);
  }
}

/** Undefined: it is true. */
function lieOf(scene: Scene, notice: RolloutNotice): string | undefined {
  const { kind, at, service, rollout } = notice;
  const { revision = '' } = rollout;
  const completed = (scene.truth.completed.get(service) ?? []).filter((one) => one.revision === revision);
  const wasSet = scene.truth.updates.some((one) => one.service === service && one.after === revision);
  switch (kind) {
    case 'rollout.started':
      return wasSet ? undefined : `${service} was never set to ${revision}`;
    case 'rollout.completed':
      return isBy(completed, at) ? undefined : 'ECS never had it as completed primary';
    case 'rollout.rolled-back':
      return hasFailed(scene, { service, revision }) ? undefined : 'ECS never failed it';
    case 'rollout.timed-out':
    case 'rollout.failed':
      return unlessCompleted(wasSet && isBy(completed, at - lateMs));
    default:
      return undefined;
  }
}

function unlessCompleted(hasCompleted: boolean): string | undefined {
  return hasCompleted ? 'ECS had completed it' : undefined;
}

function isBy(moments: readonly { readonly at: number }[], until: number): boolean {
  return moments.some(({ at }) => at <= until);
}

/** So long ECS's reads may lag, and a slow function may take to write down what it saw. */
const lateMs = 60_000;

function hasFailed(
  { truth }: Scene,
  { service, revision }: { readonly service: string; readonly revision: string },
): boolean {
  const ids = truth.updates.filter((one) => one.service === service && one.after === revision);
  const failed = truth.failed.get(service) ?? [];
  return ids.some(({ deploymentId }) => failed.includes(deploymentId));
}

function judgeTarget(scene: Scene, { kind, service, target }: TargetNotice): void {
  if (kind !== 'target.quarantined') return;
  const { digest = '' } = target.image ?? {};
  if (!isBadFor(scene, service, digest))
    scene.violates(
      `announced: ${service} quarantined ${digest.slice(7, 15)}, which is a good image: ${target.reason}`,
    );
}

/** What the state says happened, somebody was told. */
function endsWereTold(scene: Scene, target: Target, notices: readonly RolloutNotice[]): void {
  for (const rollout of target.rollouts.filter(isTold)) {
    const { generation, phase } = rollout;
    const told = notices.some(
      (one) =>
        one.service === target.service &&
        one.rollout.generation === generation &&
        one.kind === `rollout.${phase}`,
    );
    if (!told) scene.violates(`announced: ${target.service}/${generation} ${phase}, and nobody was told`);
  }
}

/** Those of which somebody has heard, or should have. */
function isTold({ phase, startedAt }: Rollout): boolean {
  return startedAt !== undefined && ends.has(`rollout.${phase}`);
}
