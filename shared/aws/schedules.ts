import {
  GetScheduleCommand,
  ListSchedulesCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { parseClusterArn } from '../domain/arn.ts';
import { asText, type JsonObject } from '../domain/lossless-json.ts';
import { type ScheduledName, scheduledName } from '../domain/scheduled-name.ts';
import { Refused } from '../faults.ts';
import type { Page, ScheduledTarget } from '../ports.ts';
import { checkNothingElseChanged, gone, readEcsTarget, setting, withTaskDefinition } from './ecs-target.ts';
import { asking, orNothing } from './errors.ts';
import { listen, sendRaw } from './raw-json.ts';

export type ScheduleName = Extract<ScheduledName, { readonly kind: 'schedule' }>;

const notThere = new Set(['ResourceNotFoundException']);
/** Each schedule of ECS on a page costs one GetSchedule: the list does not name task definitions. */
const pageSize = 50;

export async function schedulesPage(
  scheduler: SchedulerClient,
  token: string | undefined,
): Promise<Page<ScheduledTarget>> {
  const command = new ListSchedulesCommand({ MaxResults: pageSize, NextToken: token });
  const { Schedules = [], NextToken } = await asking('ListSchedules', () => scheduler.send(command));
  const items: ScheduledTarget[] = [];
  for (const { GroupName: group, Name: name, Target } of Schedules) {
    if (group === undefined || name === undefined) continue;
    if (parseClusterArn(Target?.Arn ?? '') === undefined) continue;
    const found = await readSchedule(scheduler, { kind: 'schedule', group, name });
    if (found !== undefined) items.push(found);
  }
  return { items, next: NextToken };
}

export async function readSchedule(
  scheduler: SchedulerClient,
  place: ScheduleName,
): Promise<ScheduledTarget | undefined> {
  const schedule = await getRaw(scheduler, place);
  const target = readEcsTarget(schedule?.['Target']);
  if (schedule === undefined || target === undefined) return undefined;
  return { ...target, service: scheduledName(place), enabled: schedule['State'] !== 'DISABLED' };
}

export interface ScheduleClients {
  readonly reader: SchedulerClient;
  readonly writer: SchedulerClient;
}

/** UpdateSchedule resets what is left out, so all that was read goes back with it. */
export async function setSchedule(
  { reader, writer }: ScheduleClients,
  { cluster, place }: { readonly cluster: string; readonly place: ScheduleName },
  taskDefinition: string,
): Promise<void> {
  const what = scheduledName(place);
  const before = await getRaw(reader, place);
  const target = readEcsTarget(before?.['Target']);
  if (before === undefined || target?.cluster !== cluster) throw gone(what, cluster);
  if (target.taskDefinition === taskDefinition) return;
  const wanted = { ...writable(before), Target: withTaskDefinition(before['Target'], taskDefinition) };
  const sent = await update(writer, place, wanted);
  const after = await getRaw(reader, place);
  if (after === undefined) throw gone(what, cluster);
  checkNothingElseChanged({ what, sent, after: writable(after) });
}

async function getRaw(
  scheduler: SchedulerClient,
  { group, name }: ScheduleName,
): Promise<JsonObject | undefined> {
  const command = new GetScheduleCommand({ GroupName: group, Name: name });
  const heard = listen(command);
  const answer = await orNothing(notThere, () => asking('GetSchedule', () => scheduler.send(command)));
  return answer && heard();
}

/** Without what UpdateSchedule does not take: the name is in its path. */
function writable(schedule: JsonObject): JsonObject {
  const { Arn: _arn, CreationDate: _made, LastModificationDate: _changed, Name: _name, ...rest } = schedule;
  return rest;
}

/** Answers what was sent. */
async function update(
  scheduler: SchedulerClient,
  place: ScheduleName,
  body: JsonObject,
): Promise<JsonObject> {
  try {
    await sendUpdate(scheduler, place, body);
    return body;
  } catch (error) {
    if (!isLateStart(error, body)) throw error;
    const { StartDate: _past, ...started } = body;
    await sendUpdate(scheduler, place, started);
    return started;
  }
}

/**
 * Scheduler takes no start that is more than five minutes ago. For a cron schedule that has begun it means nothing any more; a
 * rate counts from it, so there the refusal stands.
 */
function isLateStart(error: unknown, { StartDate, ScheduleExpression }: JsonObject): boolean {
  const isRefused = error instanceof Refused && error.code === 'ValidationException';
  const isCron = asText(ScheduleExpression)?.startsWith('cron(') === true;
  return isRefused && /StartDate/.test(error.message) && StartDate !== undefined && isCron;
}

async function sendUpdate(scheduler: SchedulerClient, place: ScheduleName, body: JsonObject): Promise<void> {
  const command = new UpdateScheduleCommand({
    Name: place.name,
    GroupName: place.group,
    ScheduleExpression: asText(body['ScheduleExpression']) ?? '',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: '', RoleArn: '' },
  });
  sendRaw(command, body);
  await setting('UpdateSchedule', () => scheduler.send(command));
}
