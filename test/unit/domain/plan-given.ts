import type { ServiceName } from '../../../shared/domain/arn.ts';
import { enlist, inOrder, type PlanSeed } from '../../../shared/domain/plan/enlist.ts';
import { type Report, report } from '../../../shared/domain/plan/report.ts';
import { memberText, type Plan } from '../../../shared/domain/plan/state.ts';
import type { PlanResult } from '../../../shared/domain/target/state.ts';
import { at, digest, registry } from '../../builders/rollouts.ts';

export const image = { registry, repository: 'shop/web', tag: '1.1.0', digest: digest('b') };

export function aSeed(overrides: Partial<PlanSeed> = {}): PlanSeed {
  return { image, rule: 'semver ^1', parallel: 20, stopAfter: 1, ...overrides };
}

export function names(count: number, from = 0): readonly ServiceName[] {
  return Array.from({ length: count }, (_, place) => ({ cluster: 'prod', service: `web-${from + place}` }));
}

/** Enlisted by a seed at second 0, with as many of its members released. */
export function aPlan(count: number, seed: Partial<PlanSeed> = {}, members = names(count)): Plan {
  const whole = aSeed(seed);
  const ordered = inOrder(members, whole);
  return enlist(undefined, { seed: whole, members: new Map(), names: ordered, at: at(0) }).plan;
}

export function numbered(members: readonly ServiceName[]): ReadonlyMap<string, number> {
  return new Map(members.map((name, index) => [memberText(name), index]));
}

export function said(index: number, result: PlanResult, overrides: Partial<Report> = {}): Report {
  return { index, name: { cluster: 'prod', service: `web-${index}` }, result, at: at(60), ...overrides };
}

/** After all of these reports. */
export function told(plan: Plan, ...reports: readonly Report[]): Plan {
  return reports.reduce((known, one) => report(known, one)?.plan ?? known, plan);
}
