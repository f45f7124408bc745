/** What `slipway explain` found out, for people and machines alike. */
export interface Explanation {
  readonly event: EventFacts;
  readonly kind: 'ignored' | 'decided' | 'deployment' | 'not for Slipway';
  /** Why an event leads to nothing. */
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  readonly push?: PushFacts | undefined;
  /** Rules of the file for the repository, in their order. */
  readonly rules?: readonly RuleFacts[] | undefined;
  readonly targets: readonly TargetFacts[];
}

export interface EventFacts {
  readonly source: string;
  readonly detailType: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly time?: string | undefined;
  /** In one line what it says. */
  readonly says?: string | undefined;
}

export interface PushFacts {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly pushedAt: string;
  readonly platforms: readonly string[];
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
  /** The tag has moved on since the event. */
  readonly stale: boolean;
}

export interface RuleFacts {
  /** `deploy[0]` of the file. */
  readonly rule: string;
  readonly image: string;
  readonly policy: string;
  readonly services?: readonly string[] | undefined;
  readonly containers?: readonly string[] | undefined;
  readonly wantsTag: boolean;
  readonly reason?: string | undefined;
}

export interface TargetFacts {
  readonly cluster: string;
  readonly service: string;
  /** A push: `roll` or `skip`. A deployment: how the rollout stands. */
  readonly decision: string;
  readonly reason: string;
  readonly detail?: string | undefined;
  /** Which rule decided: `deploy[0]`, or the service's own tag. */
  readonly rule?: string | undefined;
  readonly changes?: readonly ChangeFacts[] | undefined;
}

export interface ChangeFacts {
  readonly container: string;
  readonly from: string;
  readonly to: string;
}
