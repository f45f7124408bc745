import { AwsError } from './aws-error.ts';

/** Faults that a test plants at the endpoint. Each is used up by the calls that it hits. */
export interface Faults {
  /** The call takes effect, then the connection is cut without an answer. */
  dropAnswerAfter(operation: string): void;
  /** The connection is cut before the call takes effect. */
  dropBefore(operation: string): void;
  throttle(operation: string, times: number): void;
  fail(operation: string, error: AwsError, times: number): void;
  clear(): void;
}

export type Fault =
  | { readonly kind: 'drop answer' }
  | { readonly kind: 'drop before' }
  | { readonly kind: 'fail'; readonly error: AwsError };

export interface PlantedFaults extends Faults {
  take(operation: string): Fault | undefined;
}

export function createFaults(): PlantedFaults {
  const planted = new Map<string, Fault[]>();
  const plant = (operation: string, fault: Fault, times = 1) => {
    planted.set(operation, [
      ...(planted.get(operation) ?? []),
      ...Array.from({ length: times }, () => fault),
    ]);
  };
  return {
    dropAnswerAfter: (operation) => plant(operation, { kind: 'drop answer' }),
    dropBefore: (operation) => plant(operation, { kind: 'drop before' }),
    throttle: (operation, times) => {
      plant(operation, { kind: 'fail', error: new AwsError('ThrottlingException', 'Rate exceeded') }, times);
    },
    fail: (operation, error, times) => plant(operation, { kind: 'fail', error }, times),
    clear: () => planted.clear(),
    take: (operation) => planted.get(operation)?.shift(),
  };
}
