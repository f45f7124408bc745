import { scheduledTargets } from '../../shared/aws/scheduled-targets.ts';
import { services } from '../../shared/aws/services.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import type { Table } from '../../shared/ports.ts';
import { storedDefinitions } from '../../shared/records/definition-record.ts';
import type { Deps } from './deps.ts';

type Ecs = Pick<Deps, 'services' | 'tasks' | 'definitions' | 'scheduledTargets'>;

/** What this function asks ECS, Scheduler and EventBridge for. */
export function awsPorts(table: Table): Ecs {
  const definitions = storedDefinitions(taskDefinitions(), table);
  return { services: services(), tasks: tasks(), definitions, scheduledTargets: scheduledTargets() };
}
