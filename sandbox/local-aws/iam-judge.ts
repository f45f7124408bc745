import { AwsError } from '../ecs/aws-error.ts';
import { type EcsCall, questionsOf } from './ecs-questions.ts';
import type { Launcher } from './launcher-client.ts';

const accessDeniedStatus = 400;
const administrator = 'test';

export interface CallToJudge extends EcsCall {
  /** From the signature's credential scope. Undefined: the call was not signed. */
  readonly accessKey?: string | undefined;
}

export interface IamJudge {
  /** Throws what AWS answers when the caller's role does not allow the call. */
  authorize(call: CallToJudge): Promise<void>;
  /** Every text with which a call was refused so far. */
  refusals(): readonly string[];
}

/** Judges calls to our ECS endpoint by the policies that the stack has put into the local AWS's IAM. */
export function iamJudge({ authorize: ask }: Pick<Launcher, 'authorize'>): IamJudge {
  const refusals: string[] = [];
  const refuse = (type: string, message: string): AwsError => {
    refusals.push(message);
    return new AwsError(type, message, { status: accessDeniedStatus });
  };
  return {
    refusals: () => [...refusals],
    async authorize(call) {
      const { accessKey } = call;
      if (accessKey === administrator) return;
      if (accessKey === undefined || accessKey === '') {
        throw refuse('MissingAuthenticationTokenException', 'Missing Authentication Token');
      }
      for (const question of questionsOf(call)) {
        const verdict = await ask({ ...question, accessKey });
        if (!verdict.allowed) throw refuse(verdict.type, verdict.message);
      }
    },
  };
}
