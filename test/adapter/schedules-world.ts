import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { scheduledTargets } from '../../shared/aws/scheduled-targets.ts';
import {
  asText,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseLossless,
  printLossless,
} from '../../shared/domain/lossless-json.ts';
import { aServer, type Heard, operationOf, type Saying } from './http.ts';
import { at } from './settings.ts';

const clusterArn = 'arn:aws:ecs:eu-west-1:111122223333:cluster/prod';

/** What is sent of a task that a schedule starts, with a member and a number that no SDK knows yet. */
export function anEcsTarget(more: JsonObject = {}): JsonObject {
  return {
    Arn: clusterArn,
    RoleArn: 'arn:aws:iam::111122223333:role/start',
    Input: '{"containerOverrides":[{"name":"app","command":["report"]}]}',
    EcsParameters: {
      TaskDefinitionArn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/report:1',
      TaskCount: 1,
      LaunchType: 'FARGATE',
      NetworkConfiguration: { awsvpcConfiguration: { Subnets: ['subnet-b', 'subnet-a'] } },
      BornIn2030: { exactly: parseLossless('1.50') },
    },
    RetryPolicy: { MaximumRetryAttempts: 3 },
    ...more,
  };
}

export function aSchedule(name: string, more: JsonObject = {}): JsonObject {
  return {
    ActionAfterCompletion: 'NONE',
    Arn: `arn:aws:scheduler:eu-west-1:111122223333:schedule/default/${name}`,
    CreationDate: parseLossless('1793000000.500'),
    Description: 'nightly – report',
    EndDate: parseLossless('2.1E9'),
    FlexibleTimeWindow: { MaximumWindowInMinutes: 15, Mode: 'FLEXIBLE' },
    GroupName: 'default',
    LastModificationDate: parseLossless('1793000000.500'),
    Name: name,
    ScheduleExpression: 'cron(0 3 * * ? *)',
    ScheduleExpressionTimezone: 'Europe/Zurich',
    State: 'ENABLED',
    Target: anEcsTarget(),
    ...more,
  };
}

interface Rule {
  readonly state?: string;
  readonly manager?: string;
  targets: JsonObject[];
}

/** What stands for EventBridge and its Scheduler: it keeps what it is told, whatever that is. Pages are of two. */
class SchedulesWorld {
  readonly schedules = new Map<string, JsonObject>();
  /** `bus/rule` → its targets. */
  readonly rules = new Map<string, Rule>();
  readonly buses = ['default', 'aws.partner/shop.example/orders'];
  /** Says something else for a while. */
  instead: (heard: Heard) => Saying | undefined = () => undefined;
  /** Changes what is kept, behind the caller's back. */
  keep: (sent: JsonObject) => JsonObject = (sent) => sent;
  failed: JsonObject | undefined;

  answer(heard: Heard): Saying {
    const instead = this.instead(heard);
    if (instead !== undefined) return instead;
    const said = operationOf(heard) === '' ? this.#scheduler(heard) : this.#events(heard);
    return said ?? reply({ __type: 'ResourceNotFoundException', Message: 'It does not exist.' }, 404);
  }

  #scheduler({ method, path, body }: Heard): Saying | undefined {
    const { pathname, searchParams } = new URL(path, 'http://x');
    const name = decodeURIComponent(pathname.split('/')[2] ?? '');
    if (method === 'PUT') return this.#update(name, parsed(body));
    if (name !== '') {
      const found = this.schedules.get(`${searchParams.get('groupName')}/${name}`);
      return found && reply(found);
    }
    const { items, next } = paged([...this.schedules.values()], searchParams.get('NextToken'));
    const summaries = items.map(({ Target: target, ...rest }) => ({
      ...rest,
      Target: { Arn: isJsonObject(target) ? target['Arn'] : undefined },
    }));
    return reply({ Schedules: summaries, NextToken: next });
  }

  #update(name: string, body: JsonObject): Saying | undefined {
    const key = `${asText(body['GroupName'])}/${name}`;
    const { Arn, CreationDate } = this.schedules.get(key) ?? {};
    if (Arn === undefined) return undefined;
    const changed = {
      ...this.keep(body),
      Arn,
      CreationDate,
      Name: name,
      LastModificationDate: 1_794_000_000,
    };
    this.schedules.set(key, changed);
    return reply({ ScheduleArn: Arn });
  }

  #events(heard: Heard): Saying | undefined {
    const input = parsed(heard.body);
    const { EventBusName: bus = 'default', Rule: rule, Name: name = rule, NextToken: token } = input;
    const found = this.rules.get(`${asText(bus)}/${asText(name)}`);
    switch (operationOf(heard)) {
      case 'ListEventBuses':
        return reply({ EventBuses: this.buses.map((Name) => ({ Name })) });
      case 'ListRules':
        return reply(this.#rulesOf(asText(bus) ?? '', token));
      case 'DescribeRule':
        return found && reply({ Name: name, State: found.state ?? 'ENABLED' });
      case 'ListTargetsByRule': {
        const { items, next } = paged(found?.targets ?? [], token);
        return found && reply({ Targets: items, NextToken: next });
      }
      default:
        return found && this.#put(found, input);
    }
  }

  #rulesOf(bus: string, token: JsonValue | undefined): JsonObject {
    const all = [...this.rules]
      .filter(([key]) => key.slice(0, key.lastIndexOf('/')) === bus)
      .map(([key, { state = 'ENABLED', manager }]) => ({
        Name: key.slice(key.lastIndexOf('/') + 1),
        State: state,
        ManagedBy: manager,
      }));
    const { items, next } = paged(all, token);
    return { Rules: items, NextToken: next };
  }

  #put(rule: Rule, { Targets: targets }: JsonObject): Saying {
    if (this.failed !== undefined) return reply({ FailedEntryCount: 1, FailedEntries: [this.failed] });
    for (const target of Array.isArray(targets) ? targets.filter(isJsonObject) : []) {
      rule.targets = rule.targets.map((one) => (one['Id'] === target['Id'] ? this.keep(target) : one));
    }
    return reply({ FailedEntryCount: 0, FailedEntries: [] });
  }
}

function parsed(body: string): JsonObject {
  const value = parseLossless(body);
  return isJsonObject(value) ? value : {};
}

function paged(all: readonly JsonObject[], token: unknown) {
  const from = typeof token === 'string' ? Number(token) : 0;
  return { items: all.slice(from, from + 2), next: from + 2 < all.length ? String(from + 2) : undefined };
}

export function reply(body: JsonObject, status = 200): Saying {
  const type = typeof body['__type'] === 'string' ? { 'x-amzn-errortype': body['__type'] } : {};
  return { status, headers: { 'content-type': 'application/json', ...type }, body: printLossless(body) };
}

/** The adapter over the real SDK, and what it talks to. */
export async function aSchedulesWorld() {
  const world = new SchedulesWorld();
  const server = await aServer((heard) => world.answer(heard));
  const clients = <T>(Client: new (settings: ReturnType<typeof at>) => T) => ({
    reader: new Client(at(server.url)),
    writer: new Client({ ...at(server.url), maxAttempts: 1 } as unknown as ReturnType<typeof at>),
  });
  return {
    world,
    heard: server.heard,
    targets: scheduledTargets({ schedules: clients(SchedulerClient), rules: clients(EventBridgeClient) }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
