import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { includes, tagList } from '../arn.ts';
import { AwsError, clientError, invalidParameter } from '../aws-error.ts';
import { arnOf, type Core } from '../core.ts';
import { computed } from '../definitions/capabilities.ts';
import { storedDefinition } from '../definitions/defaults.ts';
import { describeRevision, lookUpRevision } from '../definitions/find.ts';
import { knownContainerMembers, knownMembers } from '../definitions/known-members.ts';
import { validateDefinition } from '../definitions/validate.ts';
import { show, text, texts } from '../input.ts';
import { page, type Ranked } from '../paging.ts';
import { listedUntil } from '../services/snapshots.ts';
import type { Revision } from '../state.ts';
import { readTags } from '../tags.ts';
import type { Caller, Operations } from './operation.ts';

const MAX_DELETED = 10;

export const taskDefinitionOperations: Operations = {
  RegisterTaskDefinition: register,
  DescribeTaskDefinition: (core, input) => {
    const revision = lookUpRevision(core, text(input, 'taskDefinition') ?? '');
    if (revision === undefined) throw clientError('Unable to describe task definition.');
    const tags = includes(input, 'TAGS') ? { tags: tagList(core, revision.arn) } : {};
    return { taskDefinition: describeRevision(revision), ...tags };
  },
  DeregisterTaskDefinition: (core, input) => {
    const reference = text(input, 'taskDefinition') ?? '';
    if (!/:\d+$/.test(reference)) throw clientError('Revision is missing.');
    const revision = lookUpRevision(core, reference);
    if (revision === undefined) throw clientError('The specified task definition does not exist.');
    if (revision.status === 'ACTIVE') {
      revision.status = 'INACTIVE';
      revision.deregisteredAt = core.clock.now();
    }
    return { taskDefinition: describeRevision(revision) };
  },
  DeleteTaskDefinitions: deleteRevisions,
  ListTaskDefinitions: listRevisions,
  ListTaskDefinitionFamilies: listFamilies,
};

function register(core: Core, input: JsonObject, { accessKey }: Caller): JsonObject {
  validateDefinition(input);
  const tags = readTags(input);
  if (core.random.chance(core.switches.concurrentRegistrations)) {
    throw clientError('Too many concurrent attempts to create a new revision of the specified family.');
  }
  logUnknown(core, input);
  const family = show(input['family']);
  const revisions = core.store.families.get(family) ?? [];
  const number = revisions.length + 1;
  const stored = storedDefinition(core, input);
  const revision: Revision = {
    arn: arnOf(core, `task-definition/${family}:${number}`),
    family,
    number,
    body: { ...stored, ...computed(core, stored) },
    status: 'ACTIVE',
    registeredAt: core.clock.now(),
    registeredBy: `arn:aws:iam::${core.account}:user/${accessKey}`,
  };
  core.store.families.set(family, [...revisions, revision]);
  core.store.tags.set(revision.arn, tags);
  return { taskDefinition: describeRevision(revision), tags: tagList(core, revision.arn) };
}

function logUnknown(core: Core, input: JsonObject): void {
  const unknown = Object.keys(input).filter((key) => !knownMembers.has(key));
  const containers = (input['containerDefinitions'] ?? []) as readonly JsonObject[];
  const inContainers = containers.flatMap((container) =>
    Object.keys(container).filter((key) => !knownContainerMembers.has(key)),
  );
  const members = [...unknown, ...inContainers.map((key) => `containerDefinitions[].${key}`)];
  if (members.length > 0) core.log('Task definition with members that are not in the API model', { members });
}

function deleteRevisions(core: Core, input: JsonObject): JsonObject {
  const references = texts(input, 'taskDefinitions') ?? [];
  if (references.length === 0) throw invalidParameter('Task definitions cannot be empty.');
  if (references.length > MAX_DELETED) throw invalidParameter('Task definitions can have at most 10 items.');
  const taskDefinitions: JsonObject[] = [];
  const failures: JsonObject[] = [];
  for (const reference of references) {
    const revision = lookUpRevision(core, reference);
    const reason = undeletable(revision);
    if (revision === undefined || reason !== undefined) {
      failures.push({ arn: revision?.arn ?? reference, reason: reason ?? 'MISSING' });
      continue;
    }
    revision.status = 'DELETE_IN_PROGRESS';
    revision.deleteRequestedAt ??= core.clock.now();
    taskDefinitions.push(describeRevision(revision));
  }
  return { taskDefinitions, failures };
}

function undeletable(revision: Revision | undefined): string | undefined {
  if (revision === undefined) return 'The specified task definition does not exist.';
  if (revision.status !== 'ACTIVE') return undefined;
  return 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.';
}

function listRevisions(core: Core, input: JsonObject): JsonObject {
  const status = oneOf(text(input, 'status') ?? 'ACTIVE', ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']);
  const family = text(input, 'familyPrefix');
  const descending = text(input, 'sort') === 'DESC';
  const until = listedUntil(core);
  const families =
    family === undefined ? [...core.store.families.values()] : [core.store.families.get(family) ?? []];
  const items: Ranked[] = families
    .flat()
    .filter((revision) => revision.registeredAt <= until && revision.status === status)
    .map((revision) => ({ rank: rankOf(revision), value: revision.arn }));
  return page(core, input, { items, rules: { name: 'taskDefinitionArns', pageSize: 100, descending } });
}

function rankOf({ family, number }: Revision): string {
  return `${family} ${String(number).padStart(8, '0')}`;
}

function listFamilies(core: Core, input: JsonObject): JsonObject {
  const status = oneOf(text(input, 'status') ?? 'ALL', ['ACTIVE', 'INACTIVE', 'ALL']);
  const prefix = text(input, 'familyPrefix') ?? '';
  const items = [...core.store.families]
    .filter(([family, revisions]) => family.startsWith(prefix) && hasStatus(revisions, status))
    .map(([family]) => ({ rank: family, value: family }));
  return page(core, input, { items, rules: { name: 'families', pageSize: 100 } });
}

/** A family is active while one of its revisions is. */
function hasStatus(revisions: readonly Revision[], status: string): boolean {
  const active = revisions.some((revision) => revision.status === 'ACTIVE');
  return status === 'ALL' || active === (status === 'ACTIVE');
}

function oneOf(value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new AwsError(
    'InvalidParameterException',
    `Invalid status: ${value}. Allowed: ${allowed.join(', ')}.`,
  );
}
