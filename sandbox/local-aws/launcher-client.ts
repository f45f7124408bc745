import * as z from 'zod';

const requestMs = 15_000;

const Verdict = z.union([
  z.object({ allowed: z.literal(true) }),
  z.object({ allowed: z.literal(false), type: z.string(), message: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;

const Decisions = z.object({
  decisions: z.array(
    z.object({
      principal: z.string(),
      action: z.string(),
      resource: z.string(),
      decision: z.enum(['allowed', 'denied']),
      times: z.number(),
    }),
  ),
});
export type IamDecision = z.infer<typeof Decisions>['decisions'][number];

const Fired = z.union([
  z.object({ fired: z.literal(true) }),
  z.object({ fired: z.literal(false), message: z.string() }),
]);

const OwnCalls = z.object({ refused: z.array(z.string()) });

/** One thing that somebody wants to do. Condition keys in lower case. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Launcher {
  authorize(question: Question & { readonly accessKey: string }): Promise<Verdict>;
  /** What IAM has decided so far for anybody but the administrator. */
  decisions(): Promise<readonly IamDecision[]>;
  /** What Lambda may not do with the roles of the functions that are there: poll their queues, write their logs. */
  refusedToLambda(): Promise<readonly string[]>;
  forward(targets: { readonly ecs?: string | undefined; readonly ecr?: string | undefined }): Promise<void>;
  fire(schedule: {
    readonly arn: string;
    readonly placeholders: Readonly<Record<string, string>>;
  }): Promise<void>;
}

/** The routes that launcher.py puts before MiniStack's own. */
export function launcherAt(url: string): Launcher {
  const ask = async (route: string, body: unknown = {}): Promise<unknown> => {
    const answer = await fetch(`${url}/_slipway/${route}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestMs),
    });
    if (!answer.ok) throw new Error(`The local AWS answered ${route} with ${await answer.text()}`);
    return answer.json();
  };
  return {
    authorize: async (question) => Verdict.parse(await ask('authorize', question)),
    decisions: async () => Decisions.parse(await ask('decisions')).decisions,
    refusedToLambda: async () => OwnCalls.parse(await ask('own-calls')).refused,
    async forward(targets) {
      await ask('forward', targets);
    },
    async fire(schedule) {
      const fired = Fired.parse(await ask('fire', schedule));
      if (!fired.fired) throw new Error(`${schedule.arn} did not fire: ${fired.message}`);
    },
  };
}
