import { afterAll, beforeAll, describe, it } from 'vitest';
import { dynamoTable } from '../../../shared/aws/table.ts';
import type { Table } from '../../../shared/ports.ts';
import { type DynamoDbLocal, startDynamoDbLocal, whyNotDynamoDbLocal } from './dynamodb-local.ts';
import { tableCases } from './table-cases.ts';
import { tableLoadCases } from './table-load-cases.ts';

const whyNot = whyNotDynamoDbLocal();
const title = `the table in DynamoDB Local${whyNot === undefined ? '' : `: ${whyNot}`}`;

// A third implementation beside memory and MiniStack; it needs Java, and to be asked for, as the title says.
describe.skipIf(whyNot !== undefined)(title, () => {
  let local: DynamoDbLocal;
  let table: Table;

  beforeAll(async () => {
    local = await startDynamoDbLocal();
    table = dynamoTable(local.tableName, local.client);
  });

  afterAll(() => local?.close());

  it.each([...tableCases, ...tableLoadCases])('$name', ({ name, run }) =>
    run({ table, pk: `target#${name}`, list: name }),
  );
});
