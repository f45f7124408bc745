import { OutcomeUnknown, Refused, Unavailable } from '../faults.ts';

const throttles = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottledException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'SlowDown',
]);

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
/** ECS wraps a throttled call of its own to EC2 in an InvalidParameterException. */
const wrapped = /Request limit exceeded|RequestLimitExceeded/;

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

function isThrottled(error: unknown): boolean {
  const { name, message, status } = factsOf(error);
  return throttles.has(name) || status === 429 || crowded.test(message) || wrapped.test(message);
}

/** An SDK error in our words: AWS was not there (Unavailable), or said no (Refused). */
export function translated(operation: string, error: unknown): Error {
  const { name, message, status } = factsOf(error);
  const text = `${operation}: ${name}: ${message}`;
  if (isThrottled(error) || !saysNo(name, status)) return new Unavailable(text, { cause: error });
  return new Refused(name, message, { cause: error });
}

/** An error with any other status is a server's, or an answer of success that nobody could read. */
function saysNo(name: string, status: number | undefined): boolean {
  if (credentialFaults.has(name)) return false;
  return status !== undefined && status >= 400 && status < 500;
}

/** The same for a call with an effect: without an answer, or with a server error, nobody knows whether it took place. */
function translatedEffect(operation: string, error: unknown): Error {
  const { name, message, status } = factsOf(error);
  if (isThrottled(error) || credentialFaults.has(name)) return translated(operation, error);
  if (!saysNo(name, status)) {
    return new OutcomeUnknown(`${operation}: ${name}: ${message}`, { cause: error });
  }
  return new Refused(name, message, { cause: error });
}

export async function asking<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(operation, error);
  }
}

/** Runs a call with an effect. Throttling means that it had none, so it is tried again, four times with jittered back-off. */
export async function acting<T>(operation: string, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isThrottled(error) || tries >= 4) throw translatedEffect(operation, error);
      await new Promise((done) => setTimeout(done, 2 ** tries * 250 * (0.5 + Math.random())));
    }
  }
}
