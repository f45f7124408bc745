import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import {
  asText,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseLossless,
} from '../domain/lossless-json.ts';
import { type ScheduledName, scheduledName } from '../domain/scheduled-name.ts';
import { Refused } from '../faults.ts';
import type { Page, ScheduledTarget } from '../ports.ts';
import {
  checkNothingElseChanged,
  entryFault,
  gone,
  readEcsTarget,
  setting,
  withTaskDefinition,
} from './ecs-target.ts';
import { asking, orNothing } from './errors.ts';
import { listen, sendRaw } from './raw-json.ts';

export type RuleName = Extract<ScheduledName, { readonly kind: 'rule' }>;

const notThere = new Set(['ResourceNotFoundException']);
/** Each rule on a page costs one ListTargetsByRule or more. */
const pageSize = 25;
const busPagesMax = 10;
/** AWS allows five targets for a rule, more on request. */
const targetPagesMax = 10;
const listMax = 100;

/** Rules with an event pattern start tasks as well as those with a schedule, and may be on any bus. */
export async function rulesPage(
  events: EventBridgeClient,
  token: string | undefined,
): Promise<Page<ScheduledTarget>> {
  const { buses, next } = token === undefined ? { buses: await allBuses(events) } : readToken(token);
  const [bus, ...others] = buses;
  if (bus === undefined) return { items: [] };
  const command = new ListRulesCommand({ EventBusName: bus, Limit: pageSize, NextToken: next });
  const answer = await orNothing(notThere, () => asking('ListRules', () => events.send(command)));
  const items: ScheduledTarget[] = [];
  for (const rule of answer?.Rules ?? []) items.push(...(await targetsOf(events, bus, rule)));
  return { items, next: writeToken(answer?.NextToken, { bus, others }) };
}

interface Place {
  readonly buses: readonly string[];
  readonly next?: string | undefined;
}

function writeToken(
  next: string | undefined,
  { bus, others }: { readonly bus: string; readonly others: readonly string[] },
): string | undefined {
  if (next !== undefined) return JSON.stringify({ buses: [bus, ...others], next } satisfies Place);
  return others.length === 0 ? undefined : JSON.stringify({ buses: others } satisfies Place);
}

function readToken(token: string): Place {
  const place = parseLossless(token);
  const { buses = null, next = null } = isJsonObject(place) ? place : {};
  return {
    buses: Array.isArray(buses) ? buses.flatMap((bus: JsonValue) => asText(bus) ?? []) : [],
    next: asText(next),
  };
}

async function allBuses(events: EventBridgeClient): Promise<readonly string[]> {
  const buses: string[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < busPagesMax; pages += 1) {
    const command = new ListEventBusesCommand({ Limit: listMax, NextToken: token });
    const { EventBuses = [], NextToken } = await asking('ListEventBuses', () => events.send(command));
    buses.push(...EventBuses.flatMap(({ Name }) => Name ?? []));
    token = NextToken;
    if (token === undefined) break;
  }
  return buses;
}

/** What another AWS service manages nobody else may change. */
async function targetsOf(
  events: EventBridgeClient,
  bus: string,
  { Name: rule, State: state, ManagedBy: manager }: Rule,
): Promise<readonly ScheduledTarget[]> {
  if (rule === undefined || manager !== undefined) return [];
  const found = await targetsRaw(events, { bus, rule });
  return found.flatMap((raw) => {
    const target = readEcsTarget(raw);
    const id = asText(raw['Id']);
    if (target === undefined || id === undefined) return [];
    return [
      { ...target, service: scheduledName({ kind: 'rule', bus, rule, id }), enabled: isEnabled(state) },
    ];
  });
}

function isEnabled(state: string | undefined): boolean {
  return state !== 'DISABLED';
}

export async function readRuleTarget(
  events: EventBridgeClient,
  place: RuleName,
): Promise<ScheduledTarget | undefined> {
  const command = new DescribeRuleCommand({ Name: place.rule, EventBusName: place.bus });
  const rule = await orNothing(notThere, () => asking('DescribeRule', () => events.send(command)));
  const target = rule && readEcsTarget(await targetRaw(events, place));
  return target && { ...target, service: scheduledName(place), enabled: isEnabled(rule.State) };
}

export interface RuleClients {
  readonly reader: EventBridgeClient;
  readonly writer: EventBridgeClient;
}

/** PutTargets replaces the whole target. */
export async function setRuleTarget(
  { reader, writer }: RuleClients,
  { cluster, place }: { readonly cluster: string; readonly place: RuleName },
  taskDefinition: string,
): Promise<void> {
  const what = scheduledName(place);
  const before = await targetRaw(reader, place);
  const target = readEcsTarget(before);
  if (before === undefined || target?.cluster !== cluster) throw gone(what, cluster);
  if (target.taskDefinition === taskDefinition) return;
  const sent = withTaskDefinition(before, taskDefinition);
  await putTarget(writer, place, sent);
  const after = await targetRaw(reader, place);
  if (after === undefined) throw gone(what, cluster);
  checkNothingElseChanged({ what, sent, after });
}

async function putTarget(events: EventBridgeClient, { bus, rule }: RuleName, target: JsonObject) {
  const command = new PutTargetsCommand({ Rule: rule, EventBusName: bus, Targets: [] });
  sendRaw(command, { Rule: rule, EventBusName: bus, Targets: [target] });
  const answer = await setting('PutTargets', () => events.send(command));
  const { FailedEntryCount = 0, FailedEntries: [failed] = [] } = answer;
  if (FailedEntryCount > 0) throw entryFault(failed?.ErrorCode ?? 'Unknown', failed?.ErrorMessage ?? '');
}

async function targetRaw(events: EventBridgeClient, place: RuleName): Promise<JsonObject | undefined> {
  const found = await targetsRaw(events, place);
  return found.find(({ Id: id }) => id === place.id);
}

async function targetsRaw(
  events: EventBridgeClient,
  { bus, rule }: Pick<RuleName, 'bus' | 'rule'>,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < targetPagesMax; pages += 1) {
    const input = { Rule: rule, EventBusName: bus, Limit: listMax, NextToken: token };
    const command = new ListTargetsByRuleCommand(input);
    const heard = listen(command);
    const answer = await orNothing(notThere, () => asking('ListTargetsByRule', () => events.send(command)));
    if (answer === undefined) return [];
    const { Targets: targets } = heard();
    found.push(...(Array.isArray(targets) ? targets.filter(isJsonObject) : []));
    token = answer.NextToken;
    if (token === undefined) return found;
  }
  throw new Refused('TooManyTargets', `${bus}/${rule} has more than ${targetPagesMax * listMax} targets`);
}
