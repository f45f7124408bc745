import { isJsonObject, type JsonObject } from '../../../shared/domain/lossless-json.ts';
import { member } from '../arn.ts';
import type { Service } from '../state.ts';

export function configuration(service: Service): JsonObject {
  return member(service.settings, 'deploymentConfiguration');
}

export interface Limits {
  readonly floor: number;
  readonly cap: number;
}

/** Minimum and maximum of running tasks while a deployment is on its way. */
export function limits(service: Service): Limits {
  const { minimum, maximum } = percents(service);
  return {
    floor: Math.ceil((service.desiredCount * minimum) / 100),
    cap: Math.floor((service.desiredCount * maximum) / 100),
  };
}

export function percents(service: Service): { minimum: number; maximum: number } {
  const [least, most] = service.schedulingStrategy === 'DAEMON' ? [0, 100] : [100, 200];
  const { minimumHealthyPercent, maximumPercent } = configuration(service);
  return {
    minimum: typeof minimumHealthyPercent === 'number' ? minimumHealthyPercent : least,
    maximum: typeof maximumPercent === 'number' ? maximumPercent : most,
  };
}

export function shiftsTraffic(service: Service): boolean {
  const { strategy } = configuration(service);
  return strategy !== undefined && strategy !== 'ROLLING';
}

export function bakeSeconds(service: Service): number {
  const { bakeTimeInMinutes } = configuration(service);
  return typeof bakeTimeInMinutes === 'number' ? bakeTimeInMinutes * 60 : 0;
}

export interface Alarms {
  readonly enabled: boolean;
  readonly rollback: boolean;
  readonly names: readonly string[];
}

export function alarms(service: Service): Alarms {
  const { enable, rollback, alarmNames } = member(configuration(service), 'alarms');
  return {
    enabled: enable === true,
    rollback: rollback === true,
    names: Array.isArray(alarmNames) ? alarmNames.map(String) : [],
  };
}

export interface Breaker {
  readonly enabled: boolean;
  readonly rollback: boolean;
  readonly threshold: number;
  readonly resetOnHealthyTask: boolean;
}

export function breaker(service: Service): Breaker {
  const given = member(configuration(service), 'deploymentCircuitBreaker');
  return {
    enabled: given['enable'] === true,
    rollback: given['rollback'] === true,
    threshold: threshold(service.desiredCount, given['thresholdConfiguration']),
    resetOnHealthyTask: given['resetOnHealthyTask'] !== false,
  };
}

/** Half of the latest desired count, at least 3 and at most 200, where nothing else is configured. */
function threshold(desired: number, configured: unknown): number {
  const { type, value } = isJsonObject(configured as JsonObject) ? (configured as JsonObject) : {};
  const number = typeof value === 'number' ? value : 50;
  if (type === 'COUNT') return number;
  const share = Math.ceil((desired * number) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}
