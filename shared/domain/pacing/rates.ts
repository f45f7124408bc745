/** The two calls whose rates AWS keeps low. */
export type Api = 'register' | 'update';

/** A token bucket: so many at once, and so many more each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * What the whole account may do in a Region, RegisterTaskDefinition and UpdateService.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 */
export const awsRates: Readonly<Record<Api, Rate>> = {
  register: { burst: 20, perSecond: 1 },
  update: { burst: 50, perSecond: 5 },
};

/** What Slipway takes of them. `share`: percent. */
export function rates({ share }: { readonly share: number }): Readonly<Record<Api, Rate>> {
  const part = ({ burst, perSecond }: Rate): Rate => ({
    burst: (burst * share) / 100,
    perSecond: (perSecond * share) / 100,
  });
  return { register: part(awsRates.register), update: part(awsRates.update) };
}

/** `single`: somebody pushed one image and looks at the clock. `fan-out`: one of many that roll together. */
export type Lane = 'single' | 'fan-out';

/** The two buckets that a share is made of: together never more than it, unless it is less than two calls at once. */
export function laneRates({ burst, perSecond }: Rate): Readonly<Record<Lane, Rate>> {
  const single = Math.max(1, burst / 5);
  return {
    single: { burst: single, perSecond: perSecond / 5 },
    'fan-out': {
      burst: Math.max(1, Math.min((burst * 4) / 5, burst - single)),
      perSecond: (perSecond * 4) / 5,
    },
  };
}
