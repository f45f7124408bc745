import { describe, expect, it } from 'vitest';
import { iamJudge } from '../../../../sandbox/local-aws/iam-judge.ts';
import type { Launcher, Question } from '../../../../sandbox/local-aws/launcher-client.ts';

const update = { operation: 'UpdateService', input: { cluster: 'demo', service: 'web' } };

function launcherThat(allows: (question: Question) => boolean) {
  const questions: Question[] = [];
  const authorize: Launcher['authorize'] = async (question) => {
    questions.push(question);
    if (allows(question)) return { allowed: true };
    return { allowed: false, type: 'AccessDeniedException', message: `no ${question.action}` };
  };
  return { authorize, questions };
}

describe('the judge of ECS calls', () => {
  it('asks nobody about the administrator', async () => {
    const launcher = launcherThat(() => false);
    await iamJudge(launcher).authorize({ ...update, accessKey: 'test' });
    expect(launcher.questions).toEqual([]);
  });

  it('refuses a call without a signature', async () => {
    const judge = iamJudge(launcherThat(() => true));
    await expect(judge.authorize(update)).rejects.toMatchObject({
      type: 'MissingAuthenticationTokenException',
    });
  });

  it('lets pass what every question allows', async () => {
    const launcher = launcherThat(() => true);
    await iamJudge(launcher).authorize({ ...update, accessKey: 'ASIA1' });
    expect(launcher.questions).toHaveLength(1);
  });

  it('answers a refusal in the words of IAM and keeps them', async () => {
    const judge = iamJudge(launcherThat(({ action }) => action !== 'iam:PassRole'));
    const input = { family: 'web', taskRoleArn: 'app' };
    const call = { operation: 'RegisterTaskDefinition', input, accessKey: 'ASIA1' };
    await expect(judge.authorize(call)).rejects.toMatchObject({
      type: 'AccessDeniedException',
      message: 'no iam:PassRole',
      status: 400,
    });
    expect(judge.refusals()).toEqual(['no iam:PassRole']);
  });
});
