import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { clientError, invalidParameter } from '../aws-error.ts';
import { type Core, seconds } from '../core.ts';
import { compact } from '../input.ts';
import type { Revision } from '../state.ts';

/** `family`, `family:revision` or an ARN. A family alone means its newest ACTIVE revision. */
export function lookUpRevision(core: Core, reference: string): Revision | undefined {
  const match = /^(?:arn:aws[\w-]*:ecs:([\w-]*):(\d*):task-definition\/)?([\w-]+)(?::(\d+))?$/.exec(
    reference,
  );
  if (match === null) return undefined;
  const [, region, account, family = '', number] = match;
  if (region !== undefined && (region !== core.region || account !== core.account)) return undefined;
  const revisions = core.store.families.get(family) ?? [];
  if (number === undefined) return revisions.findLast(({ status }) => status === 'ACTIVE');
  const revision = revisions[Number(number) - 1];
  return revision?.status === 'DELETED' ? undefined : revision;
}

/** For what runs tasks: a revision that exists and is active. `inactive` is the error that this operation gives. */
export function usableRevision(
  core: Core,
  reference: string,
  inactive: (message: string) => Error = invalidParameter,
): Revision {
  const revision = lookUpRevision(core, reference);
  if (revision === undefined) throw clientError('TaskDefinition not found.');
  if (revision.status !== 'ACTIVE') throw inactive('TaskDefinition is inactive');
  return revision;
}

export function describeRevision(revision: Revision): JsonObject {
  return compact({
    ...revision.body,
    taskDefinitionArn: revision.arn,
    revision: revision.number,
    status: revision.status,
    registeredAt: seconds(revision.registeredAt),
    registeredBy: revision.registeredBy,
    deregisteredAt: seconds(revision.deregisteredAt),
    deleteRequestedAt: seconds(revision.deleteRequestedAt),
  });
}
