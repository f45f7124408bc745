import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../faults.ts';

const throttles = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'EC2ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
]);

/** To somebody who reads it means a throttle; to somebody who makes things, that there may be no more of them. */
const limit = 'LimitExceededException';

/** Our own credentials were late, not the request wrong: the next try has fresh ones. */
const credentialFaults = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'UnrecognizedClientException',
]);

/** ECS says it of a family that several callers register at once, as a ClientException. */
const crowded = /Too many concurrent attempts to create a new revision/;
/** ECS wraps a throttled call of its own to EC2 or the load balancer in an InvalidParameterException. */
const wrapped = /Request limit exceeded|RequestLimitExceeded|Rate exceeded/;

interface Facts {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: 'unknown', message: String(error), status: undefined };
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  return {
    name: error.name,
    message: error.message,
    status: typeof status === 'number' ? status : undefined,
  };
}

function isThrottled({ name, message, status }: Facts): boolean {
  return throttles.has(name) || status === 429 || crowded.test(message) || wrapped.test(message);
}

/** An SDK error in our words: AWS was not there (Unavailable), asked for fewer calls (Throttled), or said no (Refused). */
export function translated(operation: string, error: unknown): Error {
  const facts = factsOf(error);
  if (isThrottled(facts) || facts.name === limit)
    return new Throttled(inWords(operation, facts), { cause: error });
  if (!saysNo(facts)) return new Unavailable(inWords(operation, facts), { cause: error });
  return new Refused(facts.name, facts.message, { cause: error });
}

function inWords(operation: string, { name, message }: Facts): string {
  return `${operation}: ${name}: ${message}`;
}

/** An error with any other status is a server's, or an answer of success that nobody could read. */
function saysNo({ name, status }: Facts): boolean {
  if (credentialFaults.has(name)) return false;
  return status !== undefined && status >= 400 && status < 500;
}

/** The same for a call with an effect: without an answer, or with a server error, nobody knows whether it took place. */
function translatedEffect(operation: string, error: unknown): Error {
  const facts = factsOf(error);
  const hadNoEffect = isThrottled(facts) || credentialFaults.has(facts.name);
  if (hadNoEffect) return translated(operation, error);
  if (saysNo(facts)) return new Refused(facts.name, facts.message, { cause: error });
  return new OutcomeUnknown(inWords(operation, facts), { cause: error });
}

/** Runs a call that only reads: the SDK has tried it three times when it fails. */
export async function asking<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(operation, error);
  }
}

/** Runs a call with an effect, once. Whoever is throttled gets another turn rather than a pause here. */
export async function acting<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translatedEffect(operation, error);
  }
}

/** Undefined where AWS refuses with one of these codes: only an exact error name may mean that something is not there. */
export async function orNothing<T>(
  codes: ReadonlySet<string>,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Refused && codes.has(error.code)) return undefined;
    throw error;
  }
}
