import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';

const ecs = new ECSClient({});

/** What one client of the SDK costs, with one call. */
export const handler = async () => {
  await ecs.send(new ListClustersCommand({}));
  return { batchItemFailures: [] };
};
