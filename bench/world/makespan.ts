import { type Api, type Lane, laneRates, rates } from '../../shared/domain/pacing/rates.ts';
import { defaultShare } from './config.ts';

/** The soonest that so many calls can be made in a lane whose bucket is full, in seconds. */
export function soonest(api: Api, lane: Lane, calls: number): number {
  const { burst, perSecond } = laneRates(rates({ share: defaultShare })[api])[lane];
  return Math.max(0, (calls - burst) / perSecond);
}
