import type { JsonObject, JsonValue } from '../../../shared/domain/lossless-json.ts';

/** One answer of an ECS endpoint. Reading it never throws: an endpoint under test may answer anything. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonValue;
  /** `Type: text` of a refusal; null when the call went through. */
  readonly error: string | null;
  readonly errorType: string | null;
  /** A member by its dotted path; null when it is not there. */
  at(path: string): JsonValue;
}

export interface Seen {
  readonly operation: string;
  readonly answer: Answer;
}

export interface Ecs {
  readonly subnet: string;
  readonly patience: Patience;
  /** Every call of this run, so that the answers can be held against AWS's model. */
  readonly seen: readonly Seen[];
  call(operation: string, input?: JsonObject): Promise<Answer>;
  send(request: RawRequest): Promise<Answer>;
}

export interface RawRequest {
  readonly target: string;
  readonly body: string;
}

/** How a state is waited for: so many looks, with a pause before each but the first. */
export interface Patience {
  readonly looks: number;
  pause(): Promise<void>;
}

export interface EndpointSettings {
  readonly url: string;
  readonly subnet: string;
  readonly patience: Patience;
}

const targetPrefix = 'AmazonEC2ContainerServiceV20141113';
const callTimeoutMs = 10_000;
const authorization =
  'AWS4-HMAC-SHA256 Credential=test/20261101/eu-west-1/ecs/aws4_request, SignedHeaders=host;x-amz-date, Signature=00';

export function connect({ url, subnet, patience }: EndpointSettings): Ecs {
  const seen: Seen[] = [];
  const send = async ({ target, body }: RawRequest) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      'x-amz-date': '20261101T000000Z',
      authorization,
    };
    const signal = AbortSignal.timeout(callTimeoutMs);
    return readAnswer(await fetch(url, { method: 'POST', headers, body, signal }));
  };
  return {
    subnet,
    patience,
    seen,
    send,
    async call(operation, input = {}) {
      const answer = await send({ target: `${targetPrefix}.${operation}`, body: JSON.stringify(input) });
      seen.push({ operation, answer });
      return answer;
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  const body = parsed(await response.text());
  const errorType = response.ok ? null : typeOf(body);
  return {
    status: response.status,
    headers: response.headers,
    body,
    errorType,
    error: errorType === null ? null : `${errorType}: ${asText(messageOf(body))}`,
    at: (path) => path.split('.').reduce(memberOf, body),
  };
}

function messageOf(body: JsonValue): JsonValue {
  return memberOf(body, 'message') ?? memberOf(body, 'Message');
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 200);
  }
}

function typeOf(body: JsonValue): string {
  const type = memberOf(body, '__type');
  return typeof type === 'string' ? type : 'not in the protocol of AWS';
}

function memberOf(value: JsonValue, key: string): JsonValue {
  if (typeof value !== 'object' || value === null) return null;
  const member: JsonValue | undefined = Reflect.get(value, key);
  return member ?? null;
}

export function listAt(answer: Answer, path: string): readonly JsonValue[] {
  const list = answer.at(path);
  return Array.isArray(list) ? list : [];
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function textsAt(answer: Answer, path: string): readonly string[] {
  return listAt(answer, path).map(asText);
}

/** The input for the page after this one; that of the first page where the answer has no token. */
export function pageAfter(answer: Answer): JsonObject {
  const nextToken = answer.at('nextToken');
  return nextToken === null ? {} : { nextToken };
}

export function textAt(answer: Answer, path: string): string {
  return asText(answer.at(path));
}

/** Asks until the answer is the one waited for, or patience ends; either way the last answer is handed back. */
export async function awaited(
  { patience }: Ecs,
  ask: () => Promise<Answer>,
  enough: (answer: Answer) => boolean,
): Promise<Answer> {
  let answer = await ask();
  for (let look = 1; look < patience.looks && !enough(answer); look += 1) {
    await patience.pause();
    answer = await ask();
  }
  return answer;
}
