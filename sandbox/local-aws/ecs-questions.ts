import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { account, region } from '../world-types.ts';
import type { Question } from './launcher-client.ts';

export interface EcsCall {
  readonly operation: string;
  readonly input: JsonObject;
}

type Resources = (input: JsonObject) => readonly string[];

/**
 * What each call is judged by, as AWS's service authorization reference says:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * A call that is not listed here has no resource-level permission: only `*` allows it.
 */
const resources: Readonly<Record<string, Resources>> = {
  CreateCluster: ({ clusterName }) => [clusterArn(clusterName)],
  DeleteCluster: ({ cluster }) => [clusterArn(cluster)],
  UpdateCluster: ({ cluster }) => [clusterArn(cluster)],
  UpdateClusterSettings: ({ cluster }) => [clusterArn(cluster)],
  PutClusterCapacityProviders: ({ cluster }) => [clusterArn(cluster)],
  DescribeClusters: ({ clusters }) => many(clusters, ['default']).map(clusterArn),
  ListContainerInstances: ({ cluster }) => [clusterArn(cluster)],
  ListAttributes: ({ cluster }) => [clusterArn(cluster)],
  CreateService: ({ cluster, serviceName }) => [below('service', cluster, serviceName)],
  UpdateService: ({ cluster, service }) => [below('service', cluster, service)],
  DeleteService: ({ cluster, service }) => [below('service', cluster, service)],
  DescribeServices: ({ cluster, services }) => many(services).map((one) => below('service', cluster, one)),
  ListServiceDeployments: ({ cluster, service }) => [below('service', cluster, service)],
  DescribeServiceDeployments: ({ serviceDeploymentArns }) => many(serviceDeploymentArns).flatMap(withService),
  DescribeServiceRevisions: ({ serviceRevisionArns }) => many(serviceRevisionArns).flatMap(withService),
  StopServiceDeployment: ({ serviceDeploymentArn }) => withService(text(serviceDeploymentArn)),
  DescribeTasks: ({ cluster, tasks }) => many(tasks).map((task) => below('task', cluster, task)),
  StopTask: ({ cluster, task }) => [below('task', cluster, task)],
  ListTasks: ({ cluster }) => [below('container-instance', cluster, '*')],
  DescribeContainerInstances: ({ cluster, containerInstances }) =>
    many(containerInstances).map((one) => below('container-instance', cluster, one)),
  RegisterTaskDefinition: ({ family }) => [ecsArn(`task-definition/${text(family)}:*`)],
  RunTask: ({ taskDefinition }) => [revisionArn(taskDefinition)],
  DeleteTaskDefinitions: ({ taskDefinitions }) => many(taskDefinitions).map(revisionArn),
  TagResource: ({ resourceArn }) => [text(resourceArn)],
  UntagResource: ({ resourceArn }) => [text(resourceArn)],
  ListTagsForResource: ({ resourceArn }) => [text(resourceArn)],
};

/** What a new thing with tags is called while `ecs:TagResource` is judged. */
const created: Readonly<Record<string, Resources>> = {
  CreateCluster: ({ clusterName }) => [clusterArn(clusterName)],
  CreateService: ({ cluster, serviceName }) => [below('service', cluster, serviceName)],
  RegisterTaskDefinition: ({ family }) => [ecsArn(`task-definition/${text(family)}:*`)],
  RunTask: ({ cluster }) => [below('task', cluster, '*')],
};

/** Everything that IAM must allow for one ECS call. */
export function questionsOf(call: EcsCall): readonly Question[] {
  const { operation, input } = call;
  const named = resources[operation]?.(input) ?? [];
  const context = contextOf(call);
  const calls = (named.length === 0 ? ['*'] : named).map((resource) => ({
    action: `ecs:${operation}`,
    resource,
    context: { ...context, ...serviceOf(resource) },
  }));
  return [...calls, ...tagQuestions(call), ...roleQuestions(call)];
}

function contextOf({ operation, input }: EcsCall): Question['context'] {
  const hasCluster = !/TaskDefinition|Cluster|Setting|Endpoint/.test(operation);
  const changesService = operation === 'UpdateService' || operation === 'CreateService';
  return {
    ...(hasCluster ? { 'ecs:cluster': clusterArn(input.cluster) } : {}),
    ...(changesService && typeof input.taskDefinition === 'string'
      ? { 'ecs:task-definition': revisionArn(input.taskDefinition) }
      : {}),
    ...tagContext(input),
  };
}

function tagContext({ tags }: JsonObject): Question['context'] {
  const pairs = tagsOf(tags);
  if (pairs.length === 0) return {};
  const values = pairs.map(([key, value]) => [`aws:requesttag/${key}`.toLowerCase(), value] as const);
  return { ...Object.fromEntries<string>(values), 'aws:tagkeys': pairs.map(([key]) => key) };
}

function tagQuestions({ operation, input }: EcsCall): readonly Question[] {
  if (tagsOf(input.tags).length === 0) return [];
  const context = { 'ecs:createaction': operation, ...tagContext(input) };
  return (created[operation]?.(input) ?? []).map((resource) => ({
    action: 'ecs:TagResource',
    resource,
    context,
  }));
}

function roleQuestions({ operation, input }: EcsCall): readonly Question[] {
  const holder = operation === 'RunTask' ? input.overrides : input;
  if (!['RegisterTaskDefinition', 'RunTask'].includes(operation) || !isJsonObject(holder)) return [];
  const roles = [holder.taskRoleArn, holder.executionRoleArn].map(text).filter((role) => role !== '');
  return [...new Set(roles)].map((role) => ({
    action: 'iam:PassRole',
    resource: role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role}`,
    context: { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' },
  }));
}

/** `service-deployment/demo/web/id` is judged together with `service/demo/web`. */
function withService(arn: string): readonly string[] {
  const [, cluster, service] = lastPart(arn).split('/');
  return [below('service', cluster, service), arn];
}

function serviceOf(resource: string): Question['context'] {
  const [kind, cluster = '', service = ''] = lastPart(resource).split('/');
  const isBelow = kind === 'service-deployment' || kind === 'service-revision';
  const context = { 'ecs:service': below('service', cluster, service), 'ecs:cluster': clusterArn(cluster) };
  if (isBelow) return context;
  return kind === 'service' ? { 'ecs:cluster': clusterArn(cluster) } : {};
}

const lastPart = (arn: string): string => arn.split(':').slice(5).join(':');
const ecsArn = (rest: string): string => `arn:aws:ecs:${region}:${account}:${rest}`;
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const many = (value: JsonValue | undefined, otherwise: readonly string[] = []): readonly string[] =>
  Array.isArray(value) ? value.map(text) : otherwise;

function clusterArn(cluster: JsonValue | undefined): string {
  const name = text(cluster) || 'default';
  return name.startsWith('arn:') ? name : ecsArn(`cluster/${name}`);
}

function below(kind: string, cluster: JsonValue | undefined, name: JsonValue | undefined): string {
  const given = text(name);
  if (given.startsWith('arn:')) return given;
  return ecsArn(`${kind}/${clusterArn(cluster).split('/').at(-1)}/${given}`);
}

function revisionArn(value: JsonValue | undefined): string {
  const given = text(value);
  if (given.startsWith('arn:')) return given;
  return ecsArn(`task-definition/${given.includes(':') ? given : `${given}:*`}`);
}

function tagsOf(tags: JsonValue | undefined): readonly (readonly [string, string])[] {
  if (!Array.isArray(tags)) return [];
  return tags.filter(isJsonObject).map((tag) => [text(tag.key), text(tag.value)] as const);
}
