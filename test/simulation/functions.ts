import { deploymentChanged } from '../../functions/deployment-changed/flow.ts';
import { imagePushed } from '../../functions/image-pushed/flow.ts';
import { settingsOf } from '../../functions/image-pushed/settings.ts';
import { publishNotice } from '../../functions/publish/flow.ts';
import { reconcile } from '../../functions/reconcile/flow.ts';
import { settingsOf as reconcileSettings } from '../../functions/reconcile/settings.ts';
import { rollService } from '../../functions/roll-service/flow.ts';
import { tick } from '../../functions/tick/flow.ts';
import { wakeUp } from '../../functions/wake/flow.ts';
import { account, region } from '../../sandbox/world-types.ts';
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
  Services,
  Table,
  TaskDefinitions,
  Tasks,
} from '../../shared/ports.ts';
import { storedDefinitions } from '../../shared/records/definition-record.ts';

export interface Ports {
  readonly table: Table;
  readonly rollouts: Queue;
  readonly looks: Queue;
  readonly pushes: Queue;
  readonly reconciles: Queue;
  readonly wakeups: Queue;
  readonly unpublished: Queue;
  readonly services: Services;
  readonly tasks: Tasks;
  readonly clusters: Clusters;
  readonly definitions: TaskDefinitions;
  readonly scheduledTargets: ScheduledTargets;
  readonly images: Images;
  readonly topic: Announcements;
  readonly bus: Announcements;
  readonly clock: Clock;
  readonly journal: Journal;
}

/** The real flows, wired as the handlers wire them. */
export function flowsOver(ports: Ports, config: SlipwayConfig) {
  const home = { account, region };
  const settings = settingsOf(config, home);
  const definitions = storedDefinitions(ports.definitions, ports.table);
  const all = { ...ports, definitions };
  const { mode, share } = config;
  return {
    'image-pushed': (event: JsonValue) => imagePushed(event, { ...all, ...settings, home }),
    'roll-service': (message: JsonValue) => rollService(message, { ...all, mode, share }),
    'deployment-changed': (message: JsonValue) => deploymentChanged(message, all),
    reconcile: (message: JsonValue) =>
      reconcile(message, { ...all, ...reconcileSettings(config), owner: `slipway/${account}/${region}` }),
    wake: (message: JsonValue) => wakeUp(message, all),
    publish: (message: JsonValue) => publishNotice(message, all),
    tick: () => tick(all),
  };
}
