import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { ResolveImage } from '../world-types.ts';
import type { Random } from './random.ts';
import type { Service, Store, Task } from './state.ts';
import type { Switches } from './switches.ts';

/** What every part of the model works on. */
export interface Core {
  readonly clock: Clock;
  readonly random: Random;
  readonly switches: Switches;
  readonly account: string;
  readonly region: string;
  readonly pace: number;
  /** Decides the order of lists whose order AWS does not tell. */
  readonly listSalt: string;
  readonly store: Store;
  readonly resolveImage: ResolveImage;
  readonly log: (message: string, fields: JsonObject) => void;
  readonly publish: (news: News) => void;
  /** Told after each change of a task: services follow their tasks by it. */
  readonly taskWatchers: ((task: Task) => void)[];
  /** One round of the service scheduler. */
  readonly passes: ((service: Service) => void)[];
  /** Told when room on instances may have become free. */
  readonly roomWatchers: ((clusterArn: string) => void)[];
  /** Services whose reads may show something else since `changeWatchers` were told last. */
  readonly touched: Set<Service>;
  /** Told after everything that may have changed what a read shows. */
  readonly changeWatchers: (() => void)[];
}

/** An event before it has an envelope. */
export interface News {
  readonly type: string;
  readonly resource: string;
  readonly detail: JsonObject;
}

/** Runs something after so many of AWS's seconds. */
export function after(core: Core, seconds: number, run: () => void): Cancel {
  return core.clock.after((seconds * 1000) / core.pace, () => {
    run();
    changed(core);
  });
}

export function changed(core: Core): void {
  for (const watcher of core.changeWatchers) watcher();
}

/** To be called wherever something changes that a read of this service shows. */
export function touch(core: Core, service: Service): void {
  core.touched.add(service);
}

/** So many of AWS's seconds, in milliseconds of the clock. */
export function span(core: Core, seconds: number): number {
  return (seconds * 1000) / core.pace;
}

export function arnOf(core: Core, resource: string): string {
  return `arn:aws:ecs:${core.region}:${core.account}:${resource}`;
}

export function seconds(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.round(at) / 1000;
}

export function isoTime(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(Math.round(at)).toISOString();
}
