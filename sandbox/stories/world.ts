import type { ECSClient } from '@aws-sdk/client-ecs';
import type { JsonObject, JsonValue } from '../../shared/domain/lossless-json.ts';
import type { Pushed, PushOptions } from '../push/client.ts';

export interface Endpoints {
  readonly ecs: string;
  readonly registry: string;
  readonly inbox: string;
  /** The local AWS alone has one for everything. */
  readonly aws?: string | undefined;
  /** What the command line reads and writes, where there is no AWS: the embedded world's. */
  readonly state?: string | undefined;
}

export type Image = Omit<PushOptions, 'registryUrl'>;

/** What a story may use: the endpoints that any client could use, and what Slipway wrote down. */
export interface World {
  readonly name: 'embedded' | 'local-aws';
  readonly endpoints: Endpoints;
  readonly ecs: ECSClient;
  /** The log entries of the functions so far: one for each outcome. */
  journal(): Promise<readonly JsonObject[]>;
  push(image: Image): Promise<Pushed>;
  /** A push whose events are lost: ECR sends them as best it can. */
  pushUnheard(image: Image): Promise<Pushed>;
  /** EventBridge Scheduler's turn to ask for a look at everything, before its time. A pass that goes on is not disturbed. */
  reconcile(): Promise<void>;
  /** What Slack was sent so far, oldest first. */
  inbox(): Promise<readonly JsonValue[]>;
  readonly signal: AbortSignal;
  /** How long a story waits for anything. */
  readonly patienceMs: number;
}

export type Detail = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One thing that a user sees happen. It throws where it did not. */
export interface Story {
  readonly name: string;
  /** Said before it begins. */
  readonly tells: string;
  run(world: World): Promise<Detail>;
}

/** A story asked for something that did not come. */
export class StoryFailed extends Error {
  override readonly name = 'StoryFailed';
}
