import { randomUUID } from 'node:crypto';
import { GetScheduleCommand, paginateListSchedules, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { Cron } from 'croner';
import type { Cancel, Clock } from '../clock.ts';
import type { Launcher } from './launcher-client.ts';

export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly expression: string;
  readonly timezone: string;
}

export interface Schedules {
  readonly all: readonly Schedule[];
  /** Fires one now, as EventBridge Scheduler would at that time. */
  fire(name: string): Promise<void>;
  stop(): void;
}

export interface ScheduleOptions {
  readonly client: SchedulerClient;
  readonly launcher: Pick<Launcher, 'fire'>;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

/** Timers of Node go no further than 24 days. */
const longestWaitMs = 24 * 3_600_000;

/** EventBridge Scheduler's clock: MiniStack's own knows no time zones and fills in no placeholders. */
export async function startSchedules(options: ScheduleOptions): Promise<Schedules> {
  const { client, launcher, clock, onFault } = options;
  const all = await readSchedules(client);
  const pending = new Map<string, Cancel>();
  let stopped = false;
  const fireAt = (schedule: Schedule, at: number) =>
    launcher.fire({ arn: schedule.arn, placeholders: placeholders(schedule, at) });
  const waitUntil = (schedule: Schedule, at: number | undefined): void => {
    if (at === undefined) return;
    const left = at - clock.now();
    const run = () => {
      if (left > longestWaitMs) return waitUntil(schedule, at);
      fireAt(schedule, at).catch((fault: unknown) => {
        if (!stopped) onFault(fault);
      });
      waitUntil(schedule, nextTime(schedule, at));
    };
    pending.set(schedule.arn, clock.after(Math.min(left, longestWaitMs), run));
  };
  for (const schedule of all) waitUntil(schedule, nextTime(schedule, clock.now()));
  return {
    all,
    async fire(name) {
      const schedule = all.find((one) => one.name === name);
      if (schedule === undefined) throw new Error(`The stack has no enabled schedule ${name}.`);
      await fireAt(schedule, clock.now());
    },
    stop() {
      stopped = true;
      for (const cancel of pending.values()) cancel();
    },
  };
}

async function readSchedules(client: SchedulerClient): Promise<readonly Schedule[]> {
  const found: Schedule[] = [];
  for await (const { Schedules = [] } of paginateListSchedules({ client }, {})) {
    for (const { Name, GroupName, State } of Schedules) {
      if (State !== 'ENABLED') continue;
      const schedule = await client.send(new GetScheduleCommand({ Name, GroupName }));
      found.push({
        arn: schedule.Arn ?? '',
        name: Name ?? '',
        expression: schedule.ScheduleExpression ?? '',
        timezone: schedule.ScheduleExpressionTimezone ?? 'UTC',
      });
    }
  }
  return found;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When a schedule fires next after `after`. Undefined: never again. */
export function nextTime({ expression, timezone }: Schedule, after: number): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined) return after + Number(count) * (unitMs[unit] ?? 0);
  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (fields !== undefined) {
    const cron = new Cron(`0 ${fields}`, {
      timezone,
      alternativeWeekdays: true,
      sloppyRanges: true,
      paused: true,
    });
    return cron.nextRun(new Date(after))?.getTime();
  }
  const [, when] = /^at\((.+)\)$/.exec(expression) ?? [];
  if (when === undefined) throw new Error(`This schedule expression is not understood: ${expression}`);
  const at = new Cron(when, { timezone, paused: true }).nextRun(new Date(after));
  return at?.getTime();
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function placeholders({ arn }: Schedule, at: number): Readonly<Record<string, string>> {
  return {
    '<aws.scheduler.schedule-arn>': arn,
    '<aws.scheduler.scheduled-time>': new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    '<aws.scheduler.execution-id>': randomUUID(),
    '<aws.scheduler.attempt-number>': '1',
  };
}
