/** Input that will never be right, however often it is tried: recorded, acknowledged, not retried. */
export class RejectedInput extends Error {
  override readonly name = 'RejectedInput';
}

/** Somebody else is not there just now: thrown, so that the queue tries again and at last keeps it for a person. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  /** When to try again, where the other side said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** AWS understood the request and said no, in its own words. Nothing changed there. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The request went out and no answer came back: it may or may not have taken effect. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** AWS asked for fewer calls. The call had no effect, and nothing is wrong with it: it comes again at another time. */
export class Throttled extends Unavailable {}
