import { imageInWords } from '../notice/sentences.ts';
import { systemNotice } from '../notice.ts';
import type { Plan, PlanStep } from './state.ts';

const reasonMax = 500;

/** The members that have not begun are left alone. */
export function stop(plan: Plan, reason: string): Plan {
  return plan.stopped === undefined ? { ...plan, stopped: reason.slice(0, reasonMax) } : plan;
}

/** A plan that stopped is announced once, as soon as there is somebody whom it leaves alone. */
export function announced(plan: Plan, at: number): PlanStep {
  const { stopped, told = false, image, failed } = plan;
  const leftAlone = plan.total - plan.next;
  if (stopped === undefined || told || leftAlone === 0) return { plan, notices: [] };
  const { repository, tag, digest } = image;
  const notice = systemNotice({
    kind: 'system.plan-stopped',
    about: plan.id,
    at,
    text: `${imageInWords(image)} is rolled no further: ${stopped}. ${inWords(leftAlone)}`,
    system: { reason: stopped, image: { repository, tag, digest }, failed, leftAlone },
  });
  return { plan: { ...plan, told: true }, notices: [notice] };
}

function inWords(leftAlone: number): string {
  return leftAlone === 1
    ? '1 target had not begun and is left alone'
    : `${leftAlone} targets had not begun and are left alone`;
}
