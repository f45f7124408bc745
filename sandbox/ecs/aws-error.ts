import type { JsonObject } from '../../shared/domain/lossless-json.ts';

/** What AWS answers instead of a result: the error's type, its text and the HTTP status. */
export class AwsError extends Error {
  readonly type: string;
  readonly status: number;
  /** Members that a few errors have besides their message. */
  readonly fields: JsonObject;

  constructor(type: string, message: string, details: { status?: number; fields?: JsonObject } = {}) {
    super(message);
    this.name = type;
    this.type = type;
    this.status = details.status ?? 400;
    this.fields = details.fields ?? {};
  }
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function clientError(message: string): AwsError {
  return new AwsError('ClientException', message);
}

export function serviceNotFound(): AwsError {
  return new AwsError('ServiceNotFoundException', 'Service not found.');
}

export function serialization(message: string): AwsError {
  return new AwsError('SerializationException', message);
}
