import { parseImageRef } from '../../shared/domain/image-ref.ts';
import { holdTag } from '../../shared/domain/service.ts';
import { isOpen, type Outcome, type Rollout } from '../../shared/domain/target/rollout.ts';
import { type Quarantined, type Target, tagOf } from '../../shared/domain/target/state.ts';
import type { Table } from '../../shared/ports.ts';
import { loadPlan } from '../../shared/records/plan-record.ts';

/** How one target stands, for people and machines alike. Times as ISO 8601. */
export interface TargetStatus {
  readonly cluster: string;
  readonly service: string;
  /** As it was last looked at. Missing: reconcile has yet to do so. */
  readonly runs?: Runs | undefined;
  /** Every open one, the newest first. */
  readonly open: readonly OpenRollout[];
  readonly last?: LastRollout | undefined;
  readonly good?: { readonly revision: string; readonly since: string } | undefined;
  readonly baking?: { readonly revision: string; readonly until: string } | undefined;
  readonly hold?:
    | { readonly reason: string; readonly by: string; readonly since?: string | undefined }
    | undefined;
  readonly quarantine: readonly (Omit<Quarantined, 'at'> & { readonly since: string })[];
  /** Images that are taken up once nothing is open. */
  readonly waitsToBeTaken: number;
}

interface Runs {
  readonly revision?: string | undefined;
  readonly status: string;
  readonly containers: readonly RunningImage[];
  readonly seenAt: string;
}

interface RunningImage {
  readonly container: string;
  readonly image: string;
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

export interface OpenRollout {
  readonly generation: number;
  readonly phase: string;
  readonly cause: string;
  readonly by?: string | undefined;
  readonly changes: readonly Change[];
  readonly revision?: string | undefined;
  readonly acceptedAt: string;
  readonly startedAt?: string | undefined;
  /** It waits until then. */
  readonly notBefore?: string | undefined;
  readonly progress?: { readonly ours: number; readonly others: number } | undefined;
  readonly plan?: PlanStatus | undefined;
}

interface Change {
  readonly container: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

interface LastRollout {
  readonly generation: number;
  readonly outcome: Outcome;
  readonly endedAt?: string | undefined;
  readonly reason?: string | undefined;
}

/** How far the fan-out is that a rollout belongs to. */
export interface PlanStatus {
  readonly total: number;
  readonly done: number;
  readonly open: number;
  readonly failed: readonly string[];
  readonly waitsForFirst: boolean;
  readonly stopped?: string | undefined;
}

export async function statusOf(target: Target, table: Table): Promise<TargetStatus> {
  const { cluster, service, good, baking, quarantine = [], alone = [], rollouts } = target;
  return {
    cluster,
    service,
    runs: runsOf(target),
    open: await Promise.all(rollouts.filter(isOpen).map((one) => openOf(one, table))),
    last: rollouts.flatMap((one) => lastOf(one) ?? [])[0],
    good: good && { revision: good.revision, since: iso(good.at) },
    baking: baking && { revision: baking.revision, until: iso(baking.until) },
    hold: holdOf(target),
    quarantine: quarantine.map(({ at, ...image }) => ({ ...image, since: iso(at) })),
    waitsToBeTaken: alone.length,
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function isoOr(at: number | undefined): string | undefined {
  return at === undefined ? undefined : iso(at);
}

function runsOf(target: Target): Runs | undefined {
  if (target.seen === undefined) return undefined;
  const { revision, status, containers, at } = target.seen;
  const images = containers.map(({ name: container, image }) => {
    const { repository, tag, digest } = parseImageRef(image) ?? {};
    return { container, image, repository, tag: tag ?? tagOf(target, digest), digest };
  });
  return { revision, status, containers: images, seenAt: iso(at) };
}

async function openOf(rollout: Rollout, table: Table): Promise<OpenRollout> {
  const { generation, phase, cause = 'push', by, revision, progress } = rollout;
  return {
    generation,
    phase,
    cause,
    by,
    changes: Object.entries(rollout.changes).map(([container, { repository, tag, digest }]) => ({
      container,
      repository,
      tag,
      digest,
    })),
    revision,
    acceptedAt: iso(rollout.acceptedAt),
    startedAt: isoOr(rollout.startedAt),
    notBefore: isoOr(rollout.notBefore),
    progress: progress && { ours: progress.ours, others: progress.others },
    plan: rollout.plan === undefined ? undefined : await planOf(rollout.plan.plan, table),
  };
}

async function planOf(id: string, table: Table): Promise<PlanStatus | undefined> {
  const plan = await loadPlan(table, id);
  if (plan === undefined) return undefined;
  const { total, next, open, failed, first, stopped } = plan;
  const waitsForFirst = first === 'waiting';
  return { total, done: next - open.length, open: open.length, failed, waitsForFirst, stopped };
}

function lastOf(rollout: Rollout): LastRollout | undefined {
  const { generation, phase, endedAt, reason } = rollout;
  if (isOpen(rollout)) return undefined;
  return { generation, outcome: phase as Outcome, endedAt: isoOr(endedAt), reason };
}

/** By command, or by the service's own tag. */
function holdOf({ hold, seen }: Target): TargetStatus['hold'] {
  if (hold !== undefined) return { reason: hold.reason, by: hold.by, since: iso(hold.at) };
  const tag = seen?.tags[holdTag];
  return tag === undefined ? undefined : { reason: tag, by: `the ECS tag ${holdTag}` };
}
