import type { JsonObject, JsonValue } from './domain/lossless-json.ts';
import type { Notice } from './domain/notice.ts';
import type { Platform } from './domain/platform.ts';
import type { DeploymentRecord, ServiceSnapshot } from './domain/service.ts';

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
