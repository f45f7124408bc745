import { isJsonNumber, type JsonObject, type JsonValue } from '../../../shared/domain/lossless-json.ts';
import { AwsError, clientError, invalidParameter } from '../aws-error.ts';
import { type Core, touch } from '../core.ts';
import { record, text, texts } from '../input.ts';
import { page } from '../paging.ts';
import { findService } from '../services/find.ts';
import { requestRollback } from '../services/rollback.ts';
import {
  brief,
  describeServiceDeployment,
  describeServiceRevision,
} from '../services/service-deployment-view.ts';
import { seen } from '../services/snapshots.ts';
import { requestPass } from '../services/wake.ts';
import type { Service, ServiceDeployment } from '../state.ts';
import { retention } from '../timing.ts';
import { missing, type Operations } from './operation.ts';

const MAX_DESCRIBED = 20;

export const serviceDeploymentOperations: Operations = {
  ListServiceDeployments: listServiceDeployments,
  DescribeServiceDeployments: (core, input) => {
    const arns = askedFor(input, 'serviceDeploymentArns');
    const found = arns.map((arn) => ({ arn, view: viewOf(core, arn) }));
    return {
      serviceDeployments: found.flatMap(({ view }) => (view === undefined ? [] : [view])),
      failures: found.filter(({ view }) => view === undefined).map(({ arn }) => missing(arn)),
    };
  },
  DescribeServiceRevisions: (core, input) => {
    const arns = askedFor(input, 'serviceRevisionArns');
    const found = arns.map((arn) => ({
      arn,
      made: serviceOf(core, arn)?.revisions.find((revision) => revision.arn === arn),
    }));
    return {
      serviceRevisions: found.flatMap(({ made }) =>
        made === undefined ? [] : [describeServiceRevision(made)],
      ),
      failures: found.filter(({ made }) => made === undefined).map(({ arn }) => missing(arn)),
    };
  },
  StopServiceDeployment: stopServiceDeployment,
  ContinueServiceDeployment: continueServiceDeployment,
};

/** Newest first; of the last 90 days; filtered by status and time. */
function listServiceDeployments(core: Core, input: JsonObject): JsonObject {
  const service = findService(core, input);
  const statuses = texts(input, 'status') ?? [];
  const { before, after } = record(input, 'createdAt') ?? {};
  const oldest = core.clock.now() - retention.deploymentHistoryMs;
  const shown = seen(core, service)?.deployments;
  const records = service.serviceDeployments.filter(
    ({ arn, createdAt, status }) =>
      (shown?.has(arn) ?? false) &&
      createdAt > Math.max(oldest, milliseconds(after) ?? 0) &&
      createdAt < (milliseconds(before) ?? Number.POSITIVE_INFINITY) &&
      (statuses.length === 0 || statuses.includes(status)),
  );
  const items = records.map((one) => ({ rank: rankOf(service, one), value: brief(one) }));
  return page(core, input, { items, rules: { name: 'serviceDeployments', pageSize: 20, descending: true } });
}

/** Service deployments are kept newest first; the rank rises with age turned around, to break ties of one instant. */
function rankOf(service: Service, one: ServiceDeployment): string {
  const position = service.serviceDeployments.length - service.serviceDeployments.indexOf(one);
  return String(position).padStart(8, '0');
}

function milliseconds(value: JsonValue | undefined): number | undefined {
  if (!isJsonNumber(value)) return undefined;
  return (typeof value === 'number' ? value : Number(value.rawJSON)) * 1000;
}

function viewOf(core: Core, arn: string): JsonObject | undefined {
  const service = serviceOf(core, arn);
  if (service === undefined) return undefined;
  if (core.switches.staleReadsSeconds > 0) return seen(core, service)?.deployments.get(arn);
  const found = service.serviceDeployments.find((one) => one.arn === arn);
  return found && describeServiceDeployment(core, found);
}

function stopServiceDeployment(core: Core, input: JsonObject): JsonObject {
  const arn = text(input, 'serviceDeploymentArn') ?? '';
  const stopType = text(input, 'stopType') ?? 'ROLLBACK';
  if (stopType !== 'ROLLBACK' && stopType !== 'ABORT')
    throw invalidParameter(`Invalid stopType: ${stopType}.`);
  const service = serviceOf(core, arn);
  const found = service?.serviceDeployments.find((one) => one.arn === arn);
  if (service === undefined || found === undefined) {
    throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  }
  if (found.status === 'PENDING' || found.status === 'IN_PROGRESS') {
    touch(core, service);
    requestRollback(core, service, stopType === 'ROLLBACK');
  } else if (!goesOn.has(found.status)) {
    throw new AwsError(
      core.switches.stopOfFinished,
      'The service deployment has finished and cannot be stopped.',
    );
  }
  return { serviceDeploymentArn: arn };
}

/** Answers a PAUSE hook: the deployment goes on, or back. */
function continueServiceDeployment(core: Core, input: JsonObject): JsonObject {
  const arn = text(input, 'serviceDeploymentArn') ?? '';
  const action = text(input, 'action') ?? 'CONTINUE';
  if (action !== 'CONTINUE' && action !== 'ROLLBACK') throw invalidParameter(`Invalid action: ${action}.`);
  const service = serviceOf(core, arn);
  const found = service?.serviceDeployments.find((one) => one.arn === arn);
  if (service === undefined || found === undefined) {
    throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
  }
  const pause = found.pauses.find(({ hookId }) => hookId === text(input, 'hookId'));
  if (pause?.status !== 'AWAITING_ACTION') throw invalidParameter('The hook does not await an action.');
  touch(core, service);
  pause.status = action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
  if (action === 'ROLLBACK') requestRollback(core, service, true);
  else requestPass(core, service, 0);
  return { serviceDeploymentArn: arn };
}

const goesOn: ReadonlySet<string> = new Set(['STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS']);

function askedFor(input: JsonObject, key: string): readonly string[] {
  const arns = texts(input, key) ?? [];
  if (arns.length === 0) throw clientError(`${key} cannot be empty.`);
  if (arns.length > MAX_DESCRIBED) throw invalidParameter(`${key} can have at most ${MAX_DESCRIBED} items.`);
  return arns;
}

/** The ARNs of service deployments and revisions name cluster and service. */
function serviceOf(core: Core, arn: string): Service | undefined {
  const [, cluster = '', service = ''] = arn.split('/');
  return core.store.clusters.get(cluster)?.services.get(service);
}
