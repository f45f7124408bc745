import { allow, type Statement } from './statement.ts';

const noResourceLevel = 'IAM knows no resource for it';

/** Every action that is allowed on `*`, and why it cannot be less. Nothing else may be: `unscoped` is the only way to `*`. */
export const wildcards = {
  'ecs:DescribeTaskDefinition': `${noResourceLevel}; it reads`,
  'ecs:ListTaskDefinitions': `${noResourceLevel}; it reads`,
  'ecs:ListServices': `${noResourceLevel}; the condition ecs:cluster limits it to the configured clusters; it reads`,
  'ecs:ListTasks': `${noResourceLevel} but container instances; the condition ecs:cluster limits it to the configured clusters; it reads`,
  'scheduler:ListSchedules': `${noResourceLevel}; only where a rule says schedules: true; it reads`,
  'events:ListEventBuses': `${noResourceLevel}; only where a rule says schedules: true; it reads`,
  'events:ListRules': `${noResourceLevel}; only where a rule says schedules: true; it reads`,
  'xray:PutTraceSegments': `${noResourceLevel}; Lambda's active tracing writes traces with the function's role`,
  'xray:PutTelemetryRecords': `${noResourceLevel}; as PutTraceSegments`,
} as const;

export type Unscoped = keyof typeof wildcards;

export function unscoped(
  actions: readonly Unscoped[],
  condition?: Statement['Condition'],
): readonly Statement[] {
  return allow(actions, ['*'], condition);
}
