/** Seconds, as recorded on AWS: README.md of this folder, rows M1 to M12. */
export const fargate = {
  connected: [4, 5],
  pullStarts: [13, 17],
  pullTakes: [3, 6],
  /** From the end of the pull to RUNNING. */
  starts: [1.5, 2.5],
  pullFails: 18.5,
  failedStartIsKnown: 10,
  stopped: 23,
  stoppedAfterPullFailure: 23.5,
} as const;

export const ec2 = {
  pullStarts: [0.5, 1],
  pullTakes: [1, 1.5],
  starts: [1, 2],
  stopped: 1.5,
} as const;

export const stop = {
  /** SIGTERM a second after the request; what handles it is gone 11 s later. */
  handled: 12,
  /** Killed after the stop timeout of 30 s. */
  killed: 43,
  ownExitIsKnown: 10,
  ownExitIsKnownWithSidecar: 41,
  spotNotice: 120,
} as const;

export const health = {
  /** A task without load balancer and health check counts as healthy so long after RUNNING. */
  assumed: 40,
  targetRegisters: 20,
  targetHealthy: 30,
  targetUnhealthy: 60,
} as const;

export const behaviour = { exitsAfter: 3, runsOutOfMemoryAfter: 5 } as const;

export const scheduling = {
  firstLaunch: [13, 17, 30, 48],
  replacement: [17, 39],
  /** From one failed start to the next. */
  backOff: [
    [30, 42],
    [30, 32],
    [290, 300],
    [600, 600],
    [1200, 1200],
    [1620, 1620],
  ],
  backOffWithoutThird: 1500,
  pass: [4, 9],
  breakerFires: [3, 5],
  scaleOut: [2, 13],
  serviceDeploymentStarts: 1.6,
  superseded: 0.29,
  rollbackStarts: 2,
} as const;

/** Stages of a deployment that shifts traffic; nobody has recorded how long they take. */
export const stageSeconds = { shift: 10, other: 3 } as const;

export const retention = {
  stoppedTaskMs: 3_600_000,
  clientTokenMs: 86_400_000,
  inactiveServiceMs: 3_600_000,
  deploymentHistoryMs: 90 * 86_400_000,
  steadyRepeatMs: 6 * 3_600_000,
} as const;
