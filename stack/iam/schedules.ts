import type { Scope } from './scope.ts';
import { allow, here, type Statement } from './statement.ts';
import { unscoped } from './wildcards.ts';

/** Which groups and buses there are is not in slipway.yml. */
const schedules = here('scheduler', 'schedule/*');
const rules = here('events', 'rule/*');

/** For rules with `schedules: true` alone: finds schedules and rules that run a task. */
export function findsSchedules(): readonly Statement[] {
  return [
    ...unscoped(['scheduler:ListSchedules', 'events:ListEventBuses', 'events:ListRules']),
    ...readsSchedules(),
  ];
}

function readsSchedules(): readonly Statement[] {
  return [
    ...allow(['scheduler:GetSchedule'], [schedules]),
    ...allow(['events:DescribeRule', 'events:ListTargetsByRule'], [rules]),
  ];
}

/** For rules with `schedules: true` alone: sets the revision that they run. In observe mode it only looks. */
export function setsSchedules({ acts, clusters, passRoles }: Scope): readonly Statement[] {
  if (!acts) return readsSchedules();
  return [
    ...readsSchedules(),
    ...allow(['scheduler:UpdateSchedule'], [schedules]),
    ...allow(['events:PutTargets'], [rules], {
      'ForAllValues:ArnEquals': { 'events:TargetArn': clusters },
    }),
    ...passes(passRoles, 'scheduler.amazonaws.com'),
    ...passes(passRoles, 'events.amazonaws.com'),
  ];
}

function passes(roles: Scope['passRoles'], to: string): readonly Statement[] {
  return allow(['iam:PassRole'], roles, { StringEquals: { 'iam:PassedToService': to } });
}
