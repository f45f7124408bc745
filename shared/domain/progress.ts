import { ownRollbackMs } from './outcome.ts';
import type { ServiceSnapshot } from './service.ts';
import { defaultTerms, type Progress, type Rollout } from './target/rollout.ts';

/** How far ECS has come with a rollout: each number only gets better, so that a crash loop is no progress. */
export function progressOf({ deployments }: ServiceSnapshot, rollout: Rollout, at: number): Progress {
  const { revision, progress, startedAt = at } = rollout;
  const running = (isOurs: boolean) =>
    deployments
      .filter(({ taskDefinition }) => (taskDefinition === revision) === isOurs)
      .reduce((sum, { runningCount }) => sum + runningCount, 0);
  const now = { ours: running(true), others: running(false) };
  const before = progress ?? { ours: 0, others: now.others, at: startedAt };
  const isBetter = now.ours > before.ours || now.others < before.others;
  return {
    ours: Math.max(now.ours, before.ours),
    others: Math.min(now.others, before.others),
    at: isBetter ? at : before.at,
  };
}

/** When a rollout has gone on for too long without progress. ECS's own waits, and its own rollback, have their time besides. */
export function deadlineOf(
  { bakeMs, rollsBack }: Pick<ServiceSnapshot, 'bakeMs' | 'rollsBack'>,
  { terms = defaultTerms }: Pick<Rollout, 'terms'>,
  since: number,
): number {
  return since + terms.timeoutMs + bakeMs + (rollsBack ? ownRollbackMs : 0);
}
