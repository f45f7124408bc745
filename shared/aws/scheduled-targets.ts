import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { ServiceName } from '../domain/arn.ts';
import { parseScheduledName } from '../domain/scheduled-name.ts';
import type { ScheduledTarget, ScheduledTargets } from '../ports.ts';
import { clientSettings, oneAttempt } from './client-settings.ts';
import { gone } from './ecs-target.ts';
import { type RuleClients, readRuleTarget, rulesPage, setRuleTarget } from './rules.ts';
import { readSchedule, type ScheduleClients, schedulesPage, setSchedule } from './schedules.ts';

interface Clients {
  readonly schedules: ScheduleClients;
  readonly rules: RuleClients;
}

/** EventBridge rules and EventBridge Scheduler, raw JSON both ways: what the SDK does not know survives. */
export function scheduledTargets(clients: Clients = ownClients()): ScheduledTargets {
  const { schedules, rules } = clients;
  return {
    page: (kind, token) =>
      kind === 'schedules' ? schedulesPage(schedules.reader, token) : rulesPage(rules.reader, token),
    async read(name) {
      const found = await read(clients, name);
      return found?.cluster === name.cluster ? found : undefined;
    },
    async set({ cluster, service }, taskDefinition) {
      const place = parseScheduledName(service);
      if (place === undefined) throw gone(service, cluster);
      if (place.kind === 'schedule') await setSchedule(schedules, { cluster, place }, taskDefinition);
      else await setRuleTarget(rules, { cluster, place }, taskDefinition);
    },
  };
}

function ownClients(): Clients {
  return {
    schedules: { reader: new SchedulerClient(clientSettings), writer: new SchedulerClient(oneAttempt) },
    rules: { reader: new EventBridgeClient(clientSettings), writer: new EventBridgeClient(oneAttempt) },
  };
}

function read({ schedules, rules }: Clients, { service }: ServiceName): Promise<ScheduledTarget | undefined> {
  const place = parseScheduledName(service);
  if (place === undefined) return Promise.resolve(undefined);
  return place.kind === 'schedule'
    ? readSchedule(schedules.reader, place)
    : readRuleTarget(rules.reader, place);
}
