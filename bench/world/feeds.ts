import { deploymentChanged } from '../../functions/deployment-changed/flow.ts';
import { imagePushed } from '../../functions/image-pushed/flow.ts';
import { settingsOf as pushSettings } from '../../functions/image-pushed/settings.ts';
import { publishNotice } from '../../functions/publish/flow.ts';
import { reconcile } from '../../functions/reconcile/flow.ts';
import { settingsOf as reconcileSettings } from '../../functions/reconcile/settings.ts';
import { rollService } from '../../functions/roll-service/flow.ts';
import { wakeUp } from '../../functions/wake/flow.ts';
import { account, region } from '../../sandbox/world-types.ts';
import type { SlipwayConfig } from '../../shared/config/types.ts';
import type { JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Announcements, Images, Journal, ScheduledTargets, Table } from '../../shared/ports.ts';
import { storedDefinitions } from '../../shared/records/definition-record.ts';
import type { EcsPorts } from './ecs.ts';
import { Feed, type FeedSettings } from './feed.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Functions that call ECS. */
export const callers = ['image-pushed', 'roll-service', 'deployment-changed', 'reconcile'] as const;
export type Caller = (typeof callers)[number];

const queueNames = ['pushes', 'rollouts', 'deployments', 'wakeups', 'reconciles', 'notices'] as const;
export type Feeds = Readonly<Record<(typeof queueNames)[number], Feed>>;

export interface Surroundings {
  readonly time: VirtualTime;
  readonly config: SlipwayConfig;
  readonly table: Table;
  readonly images: Images;
  readonly ecs: Readonly<Record<Caller, EcsPorts>>;
  readonly announcements: Announcements;
  readonly journal: Journal;
}

const home = { account, region };
const owner = `bench/${account}/${region}`;

/** There are none. */
const scheduledTargets: ScheduledTargets = {
  page: () => Promise.resolve({ items: [] }),
  read: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('there are no schedules')),
};

type Flow = (message: JsonValue) => Promise<void>;

/** Every queue with its function; concurrency, visibility timeouts and tries are those of serverless.yml and stack/resources/queues.yml. */
export function startFeeds(surroundings: Surroundings): Feeds {
  const { time } = surroundings;
  const flows = flowsOver(surroundings, () => feeds);
  const feed = (flow: Flow, settings: Omit<FeedSettings, 'time' | 'flow'>) =>
    new Feed({ time, flow, ...settings });
  const feeds: Feeds = {
    pushes: feed(flows.pushes, { concurrency: 5, visibilityMs: 720_000, receiveMax: 5 }),
    rollouts: feed(flows.rollouts, {
      ...{ fifo: true, concurrency: 20, visibilityMs: 270_000, receiveMax: 50 },
    }),
    deployments: feed(flows.deployments, { concurrency: 5, visibilityMs: 180_000, receiveMax: 5 }),
    wakeups: feed(flows.wakeups, { concurrency: 5, visibilityMs: 180_000, receiveMax: 5 }),
    reconciles: feed(flows.reconciles, { concurrency: 2, visibilityMs: 720_000, receiveMax: 50 }),
    notices: feed(flows.notices, { concurrency: 10, visibilityMs: 180_000, receiveMax: 5 }),
  };
  return feeds;
}

function flowsOver(given: Surroundings, feeds: () => Feeds): Readonly<Record<keyof Feeds, Flow>> {
  const { time, config, table, images, journal, announcements, ecs } = given;
  const common = () => {
    const { pushes, rollouts, wakeups, reconciles, deployments: looks } = feeds();
    const ports = { table, clock: time.clock, journal, images, scheduledTargets };
    return { ...ports, home, owner, pushes, rollouts, wakeups, reconciles, looks };
  };
  const over = (name: Caller) => ({
    ...common(),
    ...ecs[name],
    definitions: storedDefinitions(ecs[name].definitions, table),
  });
  return {
    pushes: (message) => imagePushed(message, { ...over('image-pushed'), ...pushSettings(config, home) }),
    rollouts: (message) => {
      const { mode, share } = config;
      return rollService(message, { ...over('roll-service'), mode, share });
    },
    deployments: (message) => deploymentChanged(message, over('deployment-changed')),
    wakeups: (message) => wakeUp(message, common()),
    reconciles: (message) => reconcile(message, { ...over('reconcile'), ...reconcileSettings(config) }),
    notices: (message) => publishNotice(message, { ...common(), topic: announcements, bus: announcements }),
  };
}
