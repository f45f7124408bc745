import { deliverSlack } from '../../functions/deliver-slack/flow.ts';
import { deploymentChanged } from '../../functions/deployment-changed/flow.ts';
import { imagePushed } from '../../functions/image-pushed/flow.ts';
import { settingsOf } from '../../functions/image-pushed/settings.ts';
import { publishNotice } from '../../functions/publish/flow.ts';
import { reconcile } from '../../functions/reconcile/flow.ts';
import { settingsOf as reconcileSettingsOf } from '../../functions/reconcile/settings.ts';
import { rollService } from '../../functions/roll-service/flow.ts';
import { tick } from '../../functions/tick/flow.ts';
import { wakeUp } from '../../functions/wake/flow.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type {
  Announcements,
  Clock,
  Clusters,
  Images,
  Journal,
  Queue,
  ScheduledTargets,
  Secrets,
  Services,
  TaskDefinitions,
  Tasks,
  Webhook,
} from '../../shared/ports.ts';
import { storedDefinitions } from '../../shared/records/definition-record.ts';
import { account, region } from '../world-types.ts';
import type { MemoryTable } from './memory-table.ts';

export interface Ports {
  readonly table: MemoryTable;
  readonly pushes: Queue;
  readonly rollouts: Queue;
  readonly deployments: Queue;
  readonly reconciles: Queue;
  readonly wakeups: Queue;
  readonly unpublished: Queue;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly clusters: Clusters;
  readonly scheduledTargets: ScheduledTargets;
  readonly definitions: TaskDefinitions;
  readonly images: Images;
  readonly topic: Announcements;
  readonly bus: Announcements;
  readonly secrets: Secrets;
  readonly webhook: Webhook;
  readonly clock: Clock;
  readonly journal: Journal;
}

export const functionNames = [
  'image-pushed',
  'roll-service',
  'deployment-changed',
  'wake',
  'reconcile',
  'publish',
  'deliver-slack',
  'tick',
] as const;
export type FunctionName = (typeof functionNames)[number];

export type Functions = Readonly<Record<FunctionName, (message: JsonValue) => Promise<void>>>;

/** Value of the clusters' tag `slipway:owner`. */
const owner = `slipway-embedded/${account}/${region}`;

/** The real flows, wired as the handlers wire them. `reconcileMs`: so long one look at everything keeps others away. */
export function functionsOver(ports: Ports, config: SlipwayConfig, reconcileMs: number): Functions {
  const { deployments: looks, ...rest } = ports;
  const home = { account, region };
  const { mode, share, notify: channels } = config;
  const pushed = settingsOf(config, home);
  const reconciling = reconcileSettingsOf({ ...config, reconcileMs });
  const definitions = storedDefinitions(ports.definitions, ports.table);
  return {
    'image-pushed': (event) => imagePushed(event, { ...rest, ...pushed, home }),
    'roll-service': (message) => rollService(message, { ...rest, definitions, mode, share }),
    'deployment-changed': (message) => deploymentChanged(message, { ...rest, looks }),
    wake: (message) => wakeUp(message, { ...rest, looks }),
    reconcile: (message) => reconcile(message, { ...rest, ...reconciling, definitions, owner }),
    publish: (message) => publishNotice(message, rest),
    'deliver-slack': (message) => deliverSlack(message, { ...rest, channels, region }),
    tick: () => tick({ ...rest, looks }),
  };
}
