import type { Deployment, Service } from '../state.ts';
import { isHealthy, isKept, tasksOf } from './tally.ts';

export function allHealthy(service: Service, primary: Deployment): boolean {
  const kept = tasksOf(primary).filter(isKept);
  return kept.length === service.desiredCount && kept.every(isHealthy);
}
