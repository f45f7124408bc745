import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Clients } from './clients.ts';
import type { StackPackage } from './stack-package.ts';

const Table = z.object({
  Type: z.literal('AWS::DynamoDB::Table'),
  Properties: z.object({
    TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
    PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }).optional(),
  }),
});
type Properties = z.infer<typeof Table>['Properties'];

const Template = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** MiniStack's CloudFormation leaves out a table's expiry and point-in-time recovery; its DynamoDB has both. */
export async function finishTables(made: StackPackage, clients: Clients, stackName: string): Promise<void> {
  const { Resources } = Template.parse(JSON.parse(made.updateTemplate));
  for (const [logicalId, resource] of Object.entries(Resources)) {
    const { success, data } = Table.safeParse(resource);
    if (!success) continue;
    const { StackResources = [] } = await clients.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: stackName, LogicalResourceId: logicalId }),
    );
    const table = StackResources[0]?.PhysicalResourceId;
    if (table === undefined) throw new Error(`${stackName} has no table ${logicalId}.`);
    await finishTable(clients, table, data.Properties);
  }
}

async function finishTable({ dynamo }: Clients, table: string, properties: Properties): Promise<void> {
  const { TimeToLiveSpecification, PointInTimeRecoverySpecification } = properties;
  if (TimeToLiveSpecification) {
    await dynamo.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  }
  if (PointInTimeRecoverySpecification) {
    await dynamo.send(
      new UpdateContinuousBackupsCommand({ TableName: table, PointInTimeRecoverySpecification }),
    );
  }
}
