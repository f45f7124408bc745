import { deliverSlack } from '../../functions/deliver-slack/flow.ts';
import { deploymentChanged } from '../../functions/deployment-changed/flow.ts';
import { imagePushed } from '../../functions/image-pushed/flow.ts';
import { settingsOf } from '../../functions/image-pushed/settings.ts';
import { publishNotice } from '../../functions/publish/flow.ts';
import { rollService } from '../../functions/roll-service/flow.ts';
import { tick } from '../../functions/tick/flow.ts';
import { rememberedDefinitions } from '../../shared/aws/task-definitions.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type {
  Announcements,
  Clock,
  Images,
  Journal,
  Queue,
  Secrets,
  Services,
  TaskDefinitions,
  Webhook,
} from '../../shared/ports.ts';
import { account, region } from '../world-types.ts';
import type { MemoryTable } from './memory-table.ts';

export interface Ports {
  readonly table: MemoryTable;
  readonly rollouts: Queue;
  readonly deployments: Queue;
  readonly unpublished: Queue;
  readonly services: Services;
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
  'publish',
  'deliver-slack',
  'tick',
] as const;
export type FunctionName = (typeof functionNames)[number];

export type Functions = Readonly<Record<FunctionName, (message: JsonValue) => Promise<void>>>;

/** The real flows, wired as the handlers wire them. */
export function functionsOver(ports: Ports, config: SlipwayConfig): Functions {
  const { deployments: looks, ...rest } = ports;
  const settings = settingsOf(config);
  const remembered = rememberedDefinitions(ports.definitions);
  const home = { account, region };
  return {
    'image-pushed': (event) => imagePushed(event, { ...rest, ...settings, definitions: remembered, home }),
    'roll-service': (message) => rollService(message, { ...rest, mode: settings.mode }),
    'deployment-changed': (message) => deploymentChanged(message, { ...rest, looks }),
    publish: (message) => publishNotice(message, rest),
    'deliver-slack': (message) => deliverSlack(message, { ...rest, channels: config.notify, region }),
    tick: () => tick({ ...rest, looks }),
  };
}
