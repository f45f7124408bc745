import { nextAlone } from './alone.ts';
import { openRollouts, type Target, waitingRollouts } from './state.ts';

/** Something of the target waits for roll-service: it alone acts. */
export function needsRollService(target: Target, at: number): boolean {
  const { owes = [], baking } = target;
  return (
    owes.length > 0 ||
    waitingRollouts(target).some(({ notBefore = 0, plan }) => notBefore <= at && plan === undefined) ||
    openRollouts(target).some(
      ({ stopAskedAt, stoppedAt }) => stopAskedAt !== undefined && stoppedAt === undefined,
    ) ||
    nextAlone(target) !== undefined ||
    (baking !== undefined && baking.until <= at)
  );
}
