import type { Scenario } from './scenario.ts';
import * as clusters from './scenarios/clusters.ts';
import * as refusedDefinitions from './scenarios/refused-definitions.ts';
import * as serviceDeployments from './scenarios/service-deployments.ts';
import * as services from './scenarios/services.ts';
import * as tags from './scenarios/tags.ts';
import * as taskCalls from './scenarios/task-calls.ts';
import * as taskDefinitions from './scenarios/task-definitions.ts';
import * as tasks from './scenarios/tasks.ts';
import * as updates from './scenarios/updates.ts';

/** Every ECS call sequence that is run against each endpoint. */
export const scenarios: readonly Scenario[] = [
  clusters,
  taskDefinitions,
  refusedDefinitions,
  services,
  updates,
  serviceDeployments,
  tasks,
  taskCalls,
  tags,
].flatMap((file) => Object.values(file));
