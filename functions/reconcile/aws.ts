import { clusters } from '../../shared/aws/clusters.ts';
import { scheduledTargets } from '../../shared/aws/scheduled-targets.ts';
import { services } from '../../shared/aws/services.ts';
import { taskDefinitions } from '../../shared/aws/task-definitions.ts';
import { tasks } from '../../shared/aws/tasks.ts';
import type { Table } from '../../shared/ports.ts';
import { storedDefinitions } from '../../shared/records/definition-record.ts';

/** Where this function asks AWS. */
export function awsPorts(table: Table) {
  return {
    clusters: clusters(),
    services: services(),
    scheduledTargets: scheduledTargets(),
    tasks: tasks(),
    definitions: storedDefinitions(taskDefinitions(), table),
  };
}
