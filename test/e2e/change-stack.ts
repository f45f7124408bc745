import {
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { vi } from 'vitest';
import type { LocalAws } from '../../sandbox/local-aws/world.ts';

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is whatever CloudFormation takes.
  readonly Properties: any;
}

const stackName = 'slipway-local';
const templateKey = 'changed-template.json';

/** Deploys the running stack's own template again, with something changed in it. */
export async function changeStack(
  { cloud, endpoints, outputs }: LocalAws,
  change: (template: Template) => void,
): Promise<void> {
  const { cloudFormation, s3 } = cloud.clients;
  const command = new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' });
  const { TemplateBody = '{}' } = await cloudFormation.send(command);
  const template = JSON.parse(TemplateBody) as Template;
  change(template);
  const Bucket = outputs['ServerlessDeploymentBucketName'];
  await s3.send(new PutObjectCommand({ Bucket, Key: templateKey, Body: JSON.stringify(template) }));
  const TemplateURL = `${endpoints.aws}/${Bucket}/${templateKey}`;
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  await cloudFormation.send(new UpdateStackCommand({ StackName: stackName, TemplateURL, Capabilities }));
  await vi.waitFor(
    async () => {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
      if (Stacks[0]?.StackStatus !== 'UPDATE_COMPLETE') throw new Error(String(Stacks[0]?.StackStatus));
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** Takes an action away from a role. */
export function forbid(template: Template, role: string, action: string): void {
  const [policy] = template.Resources[role]?.Properties.Policies ?? [];
  const statements = policy.PolicyDocument.Statement as { Action: string[] }[];
  const before = statements.flatMap(({ Action }) => Action).length;
  policy.PolicyDocument.Statement = statements
    .map((statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== action) }))
    .filter(({ Action }) => Action.length > 0);
  const after = (policy.PolicyDocument.Statement as { Action: string[] }[]).flatMap(
    ({ Action }) => Action,
  ).length;
  if (after !== before - 1) throw new Error(`${role} does not have ${action}`);
}

/** Switches the event source of a function off or on that reads the table's stream. */
export function switchStream(template: Template, enabled: boolean): void {
  const sources = Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' &&
      JSON.stringify(Properties.EventSourceArn).includes('StreamArn'),
  );
  if (sources.length !== 1) throw new Error(`${sources.length} functions read the stream`);
  for (const { Properties } of sources) Properties.Enabled = enabled;
}
