import type { ServiceName } from '../arn.ts';
import {
  type Asked,
  type AskedImage,
  type BackTo,
  type Command,
  namePattern,
  parseBackTo,
  parseDigestStart,
  parseTargetName,
  systemCommands,
  type TargetCommand,
  targetCommands,
} from '../command.ts';
import { parseImageRef } from '../image-ref.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../lossless-json.ts';

const reasonMax = 512;
const byMax = 128;
/** Past any moment that a table's times can have. */
const timeMax = Date.UTC(9999, 0);

/** What is wrong with a message, thrown inside of this file alone. */
class Malformed extends Error {
  override readonly name = 'Malformed';
}

export type ParsedCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problem: string };

export function isCommandMessage(value: JsonValue): boolean {
  return isJsonObject(value) && value['kind'] === 'command';
}

/** Hostile until parsed: whoever may write to the queue may send anything. */
export function parseCommand(value: JsonValue): ParsedCommand {
  try {
    return { ok: true, command: readCommand(value) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, problem: error.message };
    throw error;
  }
}

function readCommand(value: JsonValue): Command {
  if (!isJsonObject(value) || !isCommandMessage(value)) throw new Malformed('no command');
  if (value['v'] !== 1) throw new Malformed(`version ${JSON.stringify(value['v'])}: this Slipway knows 1`);
  const asked: Asked = {
    id: matching(value, 'id', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    by: text(value, 'by', byMax),
    at: time(value, 'at'),
    reason: value['reason'] === undefined ? undefined : text(value, 'reason', reasonMax),
  };
  const name = [...targetCommands, ...systemCommands].find((one) => one === value['name']);
  switch (name) {
    case undefined:
      throw new Malformed('name: no such command');
    case 'pause':
    case 'unpause':
      return { ...asked, name };
    default:
      return readTargetCommand(value, { ...asked, ...readName(value) }, name);
  }
}

function readTargetCommand(
  value: JsonObject,
  asked: Asked & ServiceName,
  name: TargetCommand['name'],
): TargetCommand {
  switch (name) {
    case 'rollback':
      return { ...asked, name, to: value['to'] === undefined ? undefined : readBackTo(value) };
    case 'unquarantine':
      return { ...asked, name, digest: value['digest'] === undefined ? undefined : readDigest(value) };
    case 'deploy':
      return { ...asked, name, image: readImage(value['image']) };
    default:
      return { ...asked, name };
  }
}

function readName(value: JsonObject): ServiceName {
  const name = parseTargetName(`${text(value, 'cluster', 255)}/${text(value, 'service', 512)}`);
  if (name === undefined) throw new Malformed('cluster and service: no name of a service');
  return name;
}

function readBackTo(value: JsonObject): BackTo {
  const to = parseBackTo(text(value, 'to', 512));
  if (to === undefined) throw new Malformed('to: neither a revision like web:41 nor a digest');
  return to;
}

function readDigest(value: JsonObject): string {
  const digest = parseDigestStart(text(value, 'digest', 71));
  if (digest === undefined) throw new Malformed('digest: no digest');
  return digest;
}

function readImage(value: JsonValue | undefined): AskedImage {
  if (!isJsonObject(value)) throw new Malformed('image: none');
  const [registry, repository] = [text(value, 'registry', 255), text(value, 'repository', 256)];
  const tag = value['tag'] === '' ? '' : text(value, 'tag', 128);
  const reference = `${registry}/${repository}${tag === '' ? '' : `:${tag}`}@${text(value, 'digest', 71)}`;
  const { digest } = parseImageRef(reference) ?? {};
  if (digest === undefined) throw new Malformed('image: no image of a registry, by digest');
  const container = optional(value, 'container');
  if (container !== undefined && !namePattern.test(container)) throw new Malformed('container: no name');
  return {
    registry,
    repository,
    tag,
    digest,
    pushedAt: time(value, 'pushedAt'),
    container,
    commit: optional(value, 'commit'),
    author: optional(value, 'author'),
  };
}

function optional(value: JsonObject, member: string): string | undefined {
  return value[member] === undefined ? undefined : text(value, member, 256);
}

function text(value: JsonObject, member: string, most: number): string {
  const found = value[member];
  if (typeof found === 'string' && found !== '' && found.length <= most && !/\p{Cc}/u.test(found))
    return found;
  throw new Malformed(`${member}: must be text of 1 to ${most} characters, without control characters`);
}

function matching(value: JsonObject, member: string, pattern: RegExp): string {
  const found = text(value, member, 128);
  if (pattern.test(found)) return found;
  throw new Malformed(`${member}: must match ${pattern.source}`);
}

function time(value: JsonObject, member: string): number {
  const found = value[member];
  if (typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 && found < timeMax) return found;
  throw new Malformed(`${member}: must be a time in milliseconds since the epoch`);
}
