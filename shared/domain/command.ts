import { parseRevisionArn, type ServiceName } from './arn.ts';
import type { ImageRef } from './image-ref.ts';
import { key } from './key.ts';
import type { JsonObject, JsonValue } from './lossless-json.ts';
import { nudge } from './nudge.ts';
import { parseScheduledName } from './scheduled-name.ts';

export const targetCommands = ['rollback', 'hold', 'resume', 'unquarantine', 'deploy'] as const;
export const systemCommands = ['pause', 'unpause'] as const;
export type CommandName = (typeof targetCommands)[number] | (typeof systemCommands)[number];

export interface Asked {
  /** A UUID: a command that is sent twice is carried out once. */
  readonly id: string;
  readonly by: string;
  /** Milliseconds since the epoch, by the clock of whoever asked. */
  readonly at: number;
  readonly reason?: string | undefined;
}

/** What a person asks roll-service for. Version 1. */
export type Command = TargetCommand | SystemCommand;
export type TargetCommand = Rollback | Hold | Resume | Unquarantine | Deploy;

export interface Rollback extends Asked, ServiceName {
  readonly name: 'rollback';
  /** Missing: the last verified good revision other than what runs. */
  readonly to?: BackTo | undefined;
}

export interface Hold extends Asked, ServiceName {
  readonly name: 'hold';
}

export interface Resume extends Asked, ServiceName {
  readonly name: 'resume';
}

export interface Unquarantine extends Asked, ServiceName {
  readonly name: 'unquarantine';
  /** A digest or its beginning. Missing: every quarantined image. */
  readonly digest?: string | undefined;
}

export interface Deploy extends Asked, ServiceName {
  readonly name: 'deploy';
  readonly image: AskedImage;
}

export interface SystemCommand extends Asked {
  readonly name: (typeof systemCommands)[number];
}

/** An image as somebody resolved it. */
export interface AskedImage extends ImageRef {
  /** Missing: every container that runs the repository. */
  readonly container?: string | undefined;
  /** Empty where it was named by digest alone. */
  readonly tag: string;
  readonly digest: string;
  readonly pushedAt: number;
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
}

export type BackTo =
  /** `sha256:` and at least twelve hexadecimal digits. */
  | { readonly kind: 'digest'; readonly digest: string }
  /** Without a family it is one of the family that runs. */
  | {
      readonly kind: 'revision';
      readonly number: number;
      readonly family?: string | undefined;
      readonly arn?: string | undefined;
    };

const digestPattern = /^(?:sha256:)?(?<hex>[a-f0-9]{12,64})$/;
const revisionPattern = /^(?:(?<family>[\w-]{1,255}):)?(?<number>[1-9]\d{0,9})$/;

/** `sha256:` with all of a digest or its beginning. Undefined: less than twelve hexadecimal digits, or something else. */
export function parseDigestStart(text: string): string | undefined {
  const { hex } = digestPattern.exec(text)?.groups ?? {};
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** `web:41`, `41`, a task definition's ARN, or a digest. Undefined: none of them. */
export function parseBackTo(text: string): BackTo | undefined {
  const revision = parseRevisionArn(text);
  if (revision !== undefined) return { kind: 'revision', ...revision, arn: text };
  const { family, number } = revisionPattern.exec(text)?.groups ?? {};
  if (number !== undefined) return { kind: 'revision', number: Number(number), family };
  const digest = parseDigestStart(text);
  return digest === undefined ? undefined : { kind: 'digest', digest };
}

function printBackTo(to: BackTo): string {
  if (to.kind === 'digest') return to.digest;
  if (to.arn !== undefined) return to.arn;
  return to.family === undefined ? String(to.number) : `${to.family}:${to.number}`;
}

/** Also what a container may be called. */
export const namePattern = /^[\w-]{1,255}$/;

/** `cluster/service`, split at the first `/`. A service is also `schedule:<group>/<name>` or `rule:<bus>/<rule>/<target id>`. */
export function parseTargetName(text: string): ServiceName | undefined {
  const slash = text.indexOf('/');
  const [cluster, service] = [text.slice(0, Math.max(0, slash)), text.slice(slash + 1)];
  const isService = namePattern.test(service) || parseScheduledName(service) !== undefined;
  return slash > 0 && namePattern.test(cluster) && isService ? { cluster, service } : undefined;
}

/** What one command of one target waits for, or the whole system: one at a time. */
function groupOf(command: Command): string {
  return 'cluster' in command ? nudge({ ...command, generation: 0 }).group : key('control');
}

/** As it goes through the queue: one that is sent twice is swallowed there. */
export function commandMessage(command: Command) {
  const { to, ...rest } = { to: undefined, ...command };
  const body: Record<string, JsonValue | undefined> = { v: 1, kind: 'command' };
  for (const [member, value] of Object.entries(rest)) if (value !== undefined) body[member] = given(value);
  if (to !== undefined) body['to'] = printBackTo(to);
  return { body: body as JsonObject, group: groupOf(command), deduplicationId: command.id };
}

function given(value: string | number | AskedImage): JsonValue {
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}
