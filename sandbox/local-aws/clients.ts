import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { region } from '../world-types.ts';

/** What any AWS client needs to be the administrator of the local AWS. */
export interface AdminConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export function adminOf(endpoint: string): AdminConfig {
  return { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export interface Clients {
  readonly cloudFormation: CloudFormationClient;
  readonly dynamo: DynamoDBClient;
  readonly events: EventBridgeClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly secrets: SecretsManagerClient;
}

export function clientsOf(admin: AdminConfig): Clients & { readonly close: () => void } {
  const clients = {
    cloudFormation: new CloudFormationClient(admin),
    dynamo: new DynamoDBClient(admin),
    events: new EventBridgeClient(admin),
    s3: new S3Client({ ...admin, forcePathStyle: true }),
    scheduler: new SchedulerClient(admin),
    secrets: new SecretsManagerClient(admin),
  };
  const close = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, close };
}
