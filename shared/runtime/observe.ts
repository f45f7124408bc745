import { Logger } from '@aws-lambda-powertools/logger';
import type { Clock, Journal } from '../ports.ts';

export const logger = new Logger();

/** The logger keeps `service` for the Lambda's own name, so the ECS service stands under `ecsService`. */
export const journal: Journal = {
  record: ({ service, ...entry }) => logger.info('outcome', { ...entry, ecsService: service }),
};

export const clock: Clock = {
  now: () => Date.now(),
  pause: (ms) => new Promise((done) => setTimeout(done, ms)),
};
