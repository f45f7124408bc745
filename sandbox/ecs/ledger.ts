/** Every call that reached the endpoint, answered or not. */
export interface Ledger {
  readonly calls: readonly Call[];
  count(operation?: string): number;
  byOperation(): Readonly<Record<string, number>>;
  clear(): void;
}

export interface Call {
  readonly operation: string;
  readonly at: number;
  readonly accessKey: string;
  /** 200, or the status of the error; 0: the connection was cut. */
  readonly status: number;
  readonly error?: string | undefined;
}

export interface WritableLedger extends Ledger {
  add(call: Call): void;
}

const CALLS_KEPT = 100_000;

export function createLedger(): WritableLedger {
  let calls: Call[] = [];
  return {
    get calls() {
      return calls;
    },
    add(call) {
      if (calls.length >= CALLS_KEPT) calls = calls.slice(CALLS_KEPT / 2);
      calls.push(call);
    },
    count: (operation) =>
      calls.filter((call) => operation === undefined || call.operation === operation).length,
    byOperation() {
      const sums: Record<string, number> = {};
      for (const { operation } of calls) sums[operation] = (sums[operation] ?? 0) + 1;
      return sums;
    },
    clear() {
      calls = [];
    },
  };
}
