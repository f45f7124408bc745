/** US dollars in us-east-1, AWS's public price list of November 2026. Free tiers are left out: they are the account's, not the stack's. */
export const prices = {
  alarm: { usd: 0.1, per: 1, unit: 'alarm-month', source: 'CloudWatch pricing, standard resolution alarms' },
  sqsStandard: { usd: 0.4, per: 1e6, unit: 'requests', source: 'SQS pricing, standard queues' },
  sqsFifo: { usd: 0.5, per: 1e6, unit: 'requests', source: 'SQS pricing, FIFO queues' },
  lambdaRequest: { usd: 0.2, per: 1e6, unit: 'requests', source: 'Lambda pricing, arm64' },
  lambdaGbSecond: { usd: 0.0000133334, per: 1, unit: 'GB-seconds', source: 'Lambda pricing, arm64' },
  scheduler: { usd: 1, per: 1e6, unit: 'invocations', source: 'EventBridge pricing, Scheduler' },
  dynamoWrite: { usd: 0.625, per: 1e6, unit: 'write request units', source: 'DynamoDB pricing, on demand' },
  dynamoRead: { usd: 0.125, per: 1e6, unit: 'read request units', source: 'DynamoDB pricing, on demand' },
  dynamoStorage: { usd: 0.25, per: 1, unit: 'GB-months', source: 'DynamoDB pricing, standard table class' },
  pointInTime: { usd: 0.2, per: 1, unit: 'GB-months', source: 'DynamoDB pricing, point-in-time recovery' },
  logs: { usd: 0.5, per: 1, unit: 'GB ingested', source: 'CloudWatch pricing, standard logs' },
  traces: { usd: 5, per: 1e6, unit: 'traces', source: 'X-Ray pricing, traces recorded' },
  keys: { usd: 0.03, per: 1e4, unit: 'requests', source: 'KMS pricing' },
} as const;

export type Price = keyof typeof prices;
