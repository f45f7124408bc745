import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Clock, Journal } from '../ports.ts';

export const logger = new Logger();
export const metrics = new Metrics({ namespace: 'Slipway' });

export const journal: Journal = {
  record: (entry) => logger.info('outcome', { ...entry }),
};

export const clock: Clock = {
  now: () => Date.now(),
  pause: (ms) => new Promise((done) => setTimeout(done, ms)),
};
