import type { ServiceName } from './domain/arn.ts';
import type { JsonObject, JsonValue } from './domain/lossless-json.ts';
import type { Notice } from './domain/notice.ts';
import type { Platform } from './domain/platform.ts';
import type { DeploymentRecord, ServiceSnapshot } from './domain/service.ts';
import type { StoppedTask } from './domain/stop-cause.ts';

/** Everything a flow may ask of the outside world, in our words rather than the SDK's. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number): Promise<void>;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export interface Due {
  readonly list: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When it first came due, once it has been put off. */
  readonly since?: number | undefined;
}

export interface Item extends Key {
  /** Rises by one with each write; a write names the version that it replaces. */
  readonly version: number;
  readonly body: JsonObject;
  /** When somebody has to look at it again, and in which list that is noted. */
  readonly due?: Due | undefined;
  /** Milliseconds since the epoch; the table forgets it some time after. */
  readonly expiresAt?: number | undefined;
}

/** All items at once or none; `conflict` where an item is not at the version before the one written. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Every item of a partition whose sort key begins so. */
  list(pk: string, skPrefix: string): Promise<readonly Item[]>;
  write(items: readonly Item[]): Promise<'written' | 'conflict'>;
  /** Keys of a due list whose time has come, earliest first. */
  due(list: string, upTo: number, limit: number): Promise<readonly Key[]>;
}

export interface Message {
  readonly body: JsonValue;
  /** FIFO queues: one message of a group at a time. */
  readonly group?: string | undefined;
  /** FIFO queues: a second message with this id within five minutes is swallowed. */
  readonly deduplicationId?: string | undefined;
  /** Standard queues: not before so many seconds, at most 900. */
  readonly delaySeconds?: number | undefined;
}

export interface Queue {
  send(message: Message): Promise<void>;
}

/** Throws Unavailable, or Refused with AWS's words. */
export interface Services {
  /** Names of every service of a cluster that people, not ECS Express Mode, manage. */
  list(cluster: string): Promise<readonly string[]>;
  /** Those that exist, in any order. */
  describe(cluster: string, services: readonly string[]): Promise<readonly ServiceSnapshot[]>;
  /** Sets the task definition, and nothing else. OutcomeUnknown when no answer came. */
  update(cluster: string, service: string, taskDefinition: string): Promise<ServiceSnapshot>;
  deploymentRecords(cluster: string, service: string): Promise<readonly DeploymentRecord[]>;
  /** One page of `list`, and the token of the next. */
  page(cluster: string, token?: string): Promise<Page<string>>;
  /** StopServiceDeployment with stopType ROLLBACK. OutcomeUnknown when no answer came. */
  rollBack(serviceDeploymentArn: string): Promise<void>;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/** Tasks of services, for what definitions do not say. */
export interface Tasks {
  /** Container → digest that every running task of the service's revision runs. What differs between tasks is left out. */
  runningDigests(
    cluster: string,
    service: string,
    revision: string,
  ): Promise<Readonly<Record<string, string>>>;
  /**
   * Tasks that a deployment of the service started and that stopped, newest first, at most 100. ECS keeps them an hour.
   * ListTasks takes `startedBy` with no other filter, so the service's stopped tasks are listed.
   */
  stopped(name: ServiceName, deploymentId: string): Promise<readonly StoppedTask[]>;
}

export interface Clusters {
  /** Value of a tag of the cluster. Undefined: the cluster does not exist. */
  tag(cluster: string, key: string): Promise<{ readonly value: string | undefined } | undefined>;
  setTag(cluster: string, key: string, value: string): Promise<void>;
}

/**
 * EventBridge rules' ECS targets and EventBridge Scheduler's schedules with ECS targets. A name is the ECS cluster and
 * `schedule:<group>/<name>` or `rule:<bus>/<rule>/<target id>`.
 */
export interface ScheduledTargets {
  page(kind: 'schedules' | 'rules', token?: string): Promise<Page<ScheduledTarget>>;
  /** Undefined: it is gone, or its target is no longer ECS. */
  read(name: ServiceName): Promise<ScheduledTarget | undefined>;
  /**
   * Sets the task definition and nothing else: the whole target, as raw JSON, is written back and read again. Throws
   * OutcomeUnknown, Unavailable or Refused (also for FailedEntryCount, or when anything else came back changed).
   */
  set(name: ServiceName, taskDefinition: string): Promise<void>;
}

export interface ScheduledTarget extends ServiceName {
  /** As it is written there: an ARN or a family, with or without a revision. */
  readonly taskDefinition: string;
  readonly enabled: boolean;
}

/** Raw JSON both ways: what the SDK does not know survives. */
export interface TaskDefinitions {
  /** DescribeTaskDefinition's answer with tags. A family without revision is its newest active one. */
  describe(revision: string): Promise<JsonObject>;
  /** One attempt. OutcomeUnknown when no answer came: a revision may exist. */
  register(input: JsonObject): Promise<JsonObject>;
  /** ARNs of the family's active revisions, newest first, page by page. */
  revisions(family: string): AsyncIterable<string>;
}

export type ImageKind = 'image' | 'index' | 'artifact';

export interface StoredImage {
  readonly digest: string;
  readonly kind: ImageKind;
  /** What an artifact is, in the words of its manifest. */
  readonly what?: string | undefined;
  /** Empty where nobody could read them. */
  readonly platforms: readonly Platform[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface Images {
  /** What a tag or digest resolves to now. Undefined: the repository does not hold it. */
  find(repository: string, reference: string): Promise<StoredImage | undefined>;
  /** All tags of what a tag or digest resolves to, and when that digest was first pushed. Undefined: not held. */
  tagsOf(repository: string, reference: string): Promise<RegisteredImage | undefined>;
  /** Every tagged image of a repository, page by page, in no order. Nothing where the repository does not exist. */
  all(repository: string): AsyncIterable<RegisteredImage>;
}

export interface RegisteredImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch; the digest's, which a re-tag does not move. */
  readonly pushedAt: number | undefined;
}

export interface Announcements {
  publish(notice: Notice): Promise<void>;
}

export interface Secrets {
  read(name: string): Promise<string>;
}

export type Posted =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number | undefined }
  | { readonly kind: 'refused'; readonly status: number; readonly answer: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface Webhook {
  post(url: string, payload: JsonValue): Promise<Posted>;
}

/** One line per decision: a static outcome, and facts in fields. */
export interface Journal {
  record(entry: Readonly<Record<string, unknown>> & { readonly outcome: string }): void;
}
