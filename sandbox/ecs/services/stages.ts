import { isJsonObject, type JsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Core, span, touch } from '../core.ts';
import type { Service, ServiceDeployment } from '../state.ts';
import type { StageHook } from '../state-parts.ts';
import { stageSeconds } from '../timing.ts';
import { allHealthy } from './health.ts';
import { bakeSeconds, configuration, shiftsTraffic } from './limits.ts';
import { requestRollback } from './rollback.ts';
import { requestPassAt } from './wake.ts';

/** The lifecycle of BLUE_GREEN, LINEAR and CANARY deployments, in its order. */
const stages = [
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;
type Stage = (typeof stages)[number];

const scaleUp = stages.indexOf('SCALE_UP');
const cleanUp = stages.indexOf('CLEAN_UP');

/** The service deployment that goes through stages now. A rollback goes back at once. */
function staged(service: Service): ServiceDeployment | undefined {
  const [primary] = service.deployments;
  const [record] = service.serviceDeployments;
  if (primary === undefined || record?.deployment !== primary || !shiftsTraffic(service)) return undefined;
  return primary.rolloutState === 'IN_PROGRESS' && !primary.rollingBack ? record : undefined;
}

export function mayLaunch(service: Service): boolean {
  const record = staged(service);
  return record === undefined || record.stage >= scaleUp;
}

export function mayCleanUp(service: Service): boolean {
  const record = staged(service);
  return record === undefined || record.stage === cleanUp;
}

/** Goes from stage to stage as far as time, tasks and hooks allow. */
export function passStages(core: Core, service: Service): void {
  const record = staged(service);
  if (record?.status !== 'IN_PROGRESS') return;
  if (record.stage < 0) enter(core, record, 0);
  while (record.stage < cleanUp && isOver(core, record)) enter(core, record, record.stage + 1);
}

function enter(core: Core, record: ServiceDeployment, index: number): void {
  const stage = stages[index] ?? 'CLEAN_UP';
  const { service } = record.deployment;
  record.stage = index;
  record.stageEndsAt = core.clock.now() + span(core, secondsOf(service, stage));
  // The API knows hooks before the shift of production traffic, and no such stage.
  if (stage !== 'PRE_PRODUCTION_TRAFFIC_SHIFT') record.lifecycleStage = stage;
  record.updatedAt = core.clock.now();
  record.pauses.push(...pausesOf(core, service, stage));
  touch(core, service);
}

function isOver(core: Core, record: ServiceDeployment): boolean {
  const { deployment, stage, stageEndsAt = 0 } = record;
  const { service } = deployment;
  if (isPaused(core, record)) return false;
  if (stage === scaleUp) return allHealthy(service, deployment);
  if (stageEndsAt <= core.clock.now()) return true;
  requestPassAt(core, service, stageEndsAt);
  return false;
}

function secondsOf(service: Service, stage: Stage): number {
  if (stage === 'BAKE_TIME') return bakeSeconds(service);
  if (stage === 'PRODUCTION_TRAFFIC_SHIFT') return stageSeconds.shift + stepSeconds(service);
  if (stage === 'TEST_TRAFFIC_SHIFT') return stageSeconds.shift;
  return stage === 'SCALE_UP' || stage === 'CLEAN_UP' ? 0 : stageSeconds.other;
}

/** What a strategy waits while it shifts production traffic. Percentages and minutes have defaults of the API. */
function stepSeconds(service: Service): number {
  const { strategy, linearConfiguration, canaryConfiguration } = configuration(service);
  if (strategy === 'CANARY') return 60 * numberOf(canaryConfiguration, 'canaryBakeTimeInMinutes', 10);
  if (strategy !== 'LINEAR') return 0;
  const steps = Math.ceil(100 / numberOf(linearConfiguration, 'stepPercent', 10));
  return 60 * numberOf(linearConfiguration, 'stepBakeTimeInMinutes', 6) * (steps - 1);
}

/** Percent of production traffic that the new revision has. */
export function productionWeight(core: Core, record: ServiceDeployment): number {
  const { service } = record.deployment;
  const shift = stages.indexOf('PRODUCTION_TRAFFIC_SHIFT');
  if (record.stage < shift) return 0;
  if (record.stage > shift) return 100;
  const { strategy, linearConfiguration, canaryConfiguration } = configuration(service);
  if (strategy === 'CANARY') return numberOf(canaryConfiguration, 'canaryPercent', 5);
  if (strategy !== 'LINEAR') return 100;
  const total = span(core, secondsOf(service, 'PRODUCTION_TRAFFIC_SHIFT'));
  const passed = 1 - ((record.stageEndsAt ?? 0) - core.clock.now()) / total;
  const step = numberOf(linearConfiguration, 'stepPercent', 10);
  const steps = Math.ceil(100 / step);
  return Math.min(100, step * Math.min(steps, Math.floor(passed * (steps - 1)) + 1));
}

function numberOf(of: unknown, key: string, otherwise: number): number {
  const value = isJsonObject(of as JsonObject) ? (of as JsonObject)[key] : undefined;
  return typeof value === 'number' && value > 0 ? value : otherwise;
}

const defaultPauseMinutes = 1_440;

function pausesOf(core: Core, service: Service, stage: Stage): StageHook[] {
  const { lifecycleHooks } = configuration(service);
  const hooks = Array.isArray(lifecycleHooks) ? lifecycleHooks.filter(isJsonObject) : [];
  const here = hooks.filter(
    ({ targetType, lifecycleStages }) =>
      targetType === 'PAUSE' && Array.isArray(lifecycleStages) && lifecycleStages.includes(stage),
  );
  return here.map(({ timeoutConfiguration }) => ({
    hookId: core.random.uuid(),
    status: 'AWAITING_ACTION',
    expiresAt:
      core.clock.now() +
      span(core, 60 * numberOf(timeoutConfiguration, 'timeoutInMinutes', defaultPauseMinutes)),
    timeoutAction: goesOnAfterwards(timeoutConfiguration) ? 'CONTINUE' : 'ROLLBACK',
  }));
}

function goesOnAfterwards(timeout: unknown): boolean {
  return isJsonObject(timeout as JsonObject) && (timeout as JsonObject)['action'] === 'CONTINUE';
}

function isPaused(core: Core, record: ServiceDeployment): boolean {
  const { service } = record.deployment;
  for (const pause of record.pauses.filter(({ status }) => status === 'AWAITING_ACTION')) {
    if (pause.expiresAt > core.clock.now()) {
      requestPassAt(core, service, pause.expiresAt);
      return true;
    }
    pause.status = 'TIMED_OUT';
    if (pause.timeoutAction === 'CONTINUE') continue;
    requestRollback(core, service, true);
    return true;
  }
  return record.pauses.some(({ status }) => status === 'FAILED');
}
