import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';
import { AwsError, invalidParameter } from './aws-error.ts';
import type { Core } from './core.ts';
import { text } from './input.ts';
import type { Cluster, Task, UsedToken } from './state.ts';
import { retention } from './timing.ts';

/** A request as text that does not depend on the order of its members. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map((one: JsonValue) => canonical(one)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
  const sorted = members.toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

/** RunTask with a token that was used: the same request gets the same answer, another one a conflict. */
export function answered(core: Core, cluster: Cluster, input: JsonObject): JsonObject | undefined {
  const token = readToken(input);
  const used = token === undefined ? undefined : cluster.tokens.get(token);
  if (used === undefined || isForgotten(core, used)) return undefined;
  if (used.request === canonical(input)) return used.answer;
  throw new AwsError('ConflictException', 'The client token was used with different parameters.', {
    fields: { resourceIds: used.tasks.map(({ arn }) => arn) },
  });
}

export function remember(
  core: Core,
  cluster: Cluster,
  call: { input: JsonObject; answer: JsonObject; tasks: readonly Task[] },
): JsonObject {
  const token = readToken(call.input);
  if (token !== undefined && call.tasks.length > 0) {
    const { answer, tasks } = call;
    cluster.tokens.set(token, { request: canonical(call.input), answer, tasks, usedAt: core.clock.now() });
  }
  return call.answer;
}

/** For 24 hours, or until an hour after its tasks have stopped. */
function isForgotten({ clock }: Core, { usedAt, tasks }: UsedToken): boolean {
  const now = clock.now();
  const stoppedLongAgo = tasks.every(
    ({ stoppedAt }) => stoppedAt !== undefined && now - stoppedAt > retention.stoppedTaskMs,
  );
  return now - usedAt > retention.clientTokenMs || stoppedLongAgo;
}

function readToken(input: JsonObject): string | undefined {
  const token = text(input, 'clientToken');
  if (token !== undefined && !/^[!-~]{1,64}$/.test(token)) throw invalidParameter('Invalid client token.');
  return token;
}
