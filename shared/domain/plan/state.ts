import type { ServiceName } from '../arn.ts';
import { key } from '../key.ts';
import type { NamedImage, SystemNotice } from '../notice.ts';

export interface PlannedImage extends NamedImage {
  readonly registry: string;
}

/** How one image reaches the many targets of one rule: what `first`, `parallel` and `stopAfter` bound. Version 1. */
export interface Plan {
  readonly v: 1;
  readonly id: string;
  readonly image: PlannedImage;
  /** In words, as in `Wanted`. */
  readonly rule: string;
  /** `waiting`: member 0 goes first, and the others wait until it is verified. */
  readonly first: 'none' | 'waiting' | 'verified';
  readonly parallel: number;
  readonly stopAfter: number;
  /** Members are numbered in the order in which they were enlisted. */
  readonly total: number;
  /** The first member that has not been released yet. */
  readonly next: number;
  /** Members before this one have been told that they may go. */
  readonly sent: number;
  /** Released, and not reported since. */
  readonly open: readonly number[];
  readonly failures: number;
  /** `cluster/service` of those that failed, at most `failedKept`. */
  readonly failed: readonly string[];
  /** Why the members that have not begun are left alone. */
  readonly stopped?: string | undefined;
  /** That it stopped has been announced. */
  readonly told?: boolean | undefined;
  /** When it last got on. Milliseconds since the epoch. */
  readonly at: number;
  /** Then somebody comes to release more. */
  readonly armed?: number | undefined;
  /** Members from this number on joined a plan that had begun: their targets may not know of it before then. */
  readonly joined?: { readonly from: number; readonly until: number } | undefined;
}

export const failedKept = 100;

export interface PlanStep {
  readonly plan: Plan;
  readonly notices: readonly SystemNotice[];
}

/** One plan for each image and rule, however often the image is pushed. */
export function planId(image: Omit<PlannedImage, 'tag'>, rule: string): string {
  return key('plan', image.registry, image.repository, image.digest, rule);
}

export function memberText({ cluster, service }: ServiceName): string {
  return `${cluster}/${service}`;
}

/** Undoes `memberText`: a cluster's name has no slash, a schedule's has. */
export function memberName(text: string): ServiceName {
  const slash = text.indexOf('/');
  return { cluster: text.slice(0, slash), service: text.slice(slash + 1) };
}

/** Released and reported. */
export function isDone({ next }: Plan, open: ReadonlySet<number>, index: number): boolean {
  return index < next && !open.has(index);
}

/** Nobody waits and nobody is on the way. */
export function isFinished({ next, total, open }: Plan): boolean {
  return next >= total && open.length === 0;
}

/** Somebody has been released, or nobody will be. */
export function hasBegun({ next, stopped }: Plan): boolean {
  return next > 0 || stopped !== undefined;
}

/** `passed`: its place was given back already. */
export type Standing = 'waits' | 'may go' | 'passed' | 'left alone';

/** Whether a member that has not begun may. Its plan is forgotten long after it finished. */
export function standing(plan: Plan | undefined, index: number): Standing {
  if (plan === undefined) return 'may go';
  if (plan.stopped !== undefined) return 'left alone';
  if (index >= plan.next) return 'waits';
  return plan.open.includes(index) ? 'may go' : 'passed';
}
