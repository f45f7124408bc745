import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { nameOf } from './arn.ts';
import { isList, show } from './input.ts';

/** One question to IAM. Context keys are in lower case, as evaluators compare them. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

interface World {
  readonly account: string;
  readonly region: string;
}

/** What AWS evaluates for a call. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export function permissionsOf(world: World, operation: string, input: JsonObject): readonly Permission[] {
  const context = contextOf(world, operation, input);
  const resources = resourcesOf(world, operation, input);
  const calls = resources.map((resource) => ({ action: `ecs:${operation}`, resource, context }));
  const tagging = tagOnCreate(operation, input)
    ? resources.map((resource) => tagCall(operation, input, resource))
    : [];
  return [...calls, ...tagging, ...passedRoles(operation, input)];
}

const definitionActions: ReadonlySet<string> = new Set(['RegisterTaskDefinition', 'RunTask', 'StartTask']);

function resourcesOf(world: World, operation: string, input: JsonObject): readonly string[] {
  const cluster = nameOf(text(input['cluster']) ?? 'default');
  if (definitionActions.has(operation)) return [definitionArn(world, operation, input)];
  const services = [input['service'], input['serviceName'], ...list(input['services'])].filter(isText);
  if (serviceActions.has(operation) && services.length > 0) {
    return services.map((name) => arn(world, `service/${cluster}/${nameOf(name)}`));
  }
  if (taskActions.has(operation)) {
    const tasks = [input['task'], ...list(input['tasks'])].filter(isText);
    return tasks.map((task) => arn(world, `task/${cluster}/${nameOf(task)}`));
  }
  if (clusterActions.has(operation)) {
    const clusters = list(input['clusters']).filter(isText);
    return (clusters.length > 0 ? clusters : [cluster]).map((name) => arn(world, `cluster/${nameOf(name)}`));
  }
  const named = [
    input['resourceArn'],
    input['serviceDeploymentArn'],
    ...list(input['serviceDeploymentArns']),
    ...list(input['serviceRevisionArns']),
  ].filter(isText);
  return named.length > 0 ? named : ['*'];
}

const serviceActions: ReadonlySet<string> = new Set([
  'CreateService',
  'UpdateService',
  'DeleteService',
  'DescribeServices',
  'ListServiceDeployments',
]);
const taskActions: ReadonlySet<string> = new Set(['StopTask', 'DescribeTasks']);
const clusterActions: ReadonlySet<string> = new Set([
  'DeleteCluster',
  'DescribeClusters',
  'ListContainerInstances',
  'PutClusterCapacityProviders',
  'UpdateCluster',
  'UpdateClusterSettings',
]);

function contextOf(world: World, operation: string, input: JsonObject): Permission['context'] {
  const cluster = text(input['cluster']);
  const definition = text(input['taskDefinition']);
  const tags = list(input['tags']).filter(isJsonObject);
  const requested = tags.map((tag): [string, string] => [
    `aws:requesttag/${show(tag['key']).toLowerCase()}`,
    show(tag['value'] ?? ''),
  ]);
  return {
    ...(operation.endsWith('Cluster') || operation.startsWith('ListClusters')
      ? {}
      : { 'ecs:cluster': clusterArn(world, cluster) }),
    ...(operation.endsWith('Service') && definition !== undefined
      ? { 'ecs:task-definition': fullDefinition(world, definition) }
      : {}),
    ...Object.fromEntries(requested),
    ...(tags.length > 0 ? { 'aws:tagkeys': tags.map(({ key }) => show(key)) } : {}),
  };
}

function tagOnCreate(operation: string, input: JsonObject): boolean {
  return /^(Create|Register|Run)/.test(operation) && list(input['tags']).length > 0;
}

function tagCall(operation: string, input: JsonObject, resource: string): Permission {
  const keys = list(input['tags']).filter(isJsonObject);
  return {
    action: 'ecs:TagResource',
    resource,
    context: { 'ecs:createaction': operation, 'aws:tagkeys': keys.map(({ key }) => show(key)) },
  };
}

/** Roles that a definition or an override carries are passed to ECS's tasks. */
function passedRoles(operation: string, input: JsonObject): Permission[] {
  if (!definitionActions.has(operation)) return [];
  const from = operation === 'RegisterTaskDefinition' ? input : input['overrides'];
  if (!isJsonObject(from)) return [];
  return [from['taskRoleArn'], from['executionRoleArn']].filter(isText).map((resource) => ({
    action: 'iam:PassRole',
    resource,
    context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
  }));
}

function definitionArn(world: World, operation: string, input: JsonObject): string {
  if (operation !== 'RegisterTaskDefinition')
    return fullDefinition(world, text(input['taskDefinition']) ?? '');
  return arn(world, `task-definition/${text(input['family']) ?? ''}:*`);
}

function fullDefinition(world: World, reference: string): string {
  if (reference.startsWith('arn:')) return reference;
  return arn(world, `task-definition/${reference.includes(':') ? reference : `${reference}:*`}`);
}

function clusterArn(world: World, cluster: string | undefined): string {
  return cluster?.startsWith('arn:') === true ? cluster : arn(world, `cluster/${cluster ?? 'default'}`);
}

function arn({ account, region }: World, resource: string): string {
  return `arn:aws:ecs:${region}:${account}:${resource}`;
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

function text(value: JsonValue | undefined): string | undefined {
  return isText(value) ? value : undefined;
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
