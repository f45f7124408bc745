import { describe, expect, it } from 'vitest';
import budget from '../../../stack/bundle-budget.json' with { type: 'json' };
import { budgetProblems } from '../../../stack/bundle-budget.ts';
import { functionNames } from '../../../stack/iam/permissions.ts';
import { costTable, idleCost, totalUsd } from '../../../stack/idle-cost.ts';

describe('bundle budgets', () => {
  it('stand for every function', () => {
    expect(Object.keys(budget).toSorted()).toEqual([...functionNames].toSorted());
  });

  it.each([
    ['a bundle within its budget', { a: 10 }, { a: 10 }, []],
    ['a bundle over it', { a: 11 }, { a: 10 }, ['a: 11 bytes, 1 over its budget of 10']],
    ['a function without one', { a: 1 }, {}, ['a: 1 bytes, and no budget in stack/bundle-budget.json']],
    ['a budget without a function', {}, { a: 1 }, ['a: there is a budget and no such function']],
  ])('%s', (...[, sizes, budgets, problems]) => {
    expect(budgetProblems(sizes, budgets)).toEqual(problems);
  });
});

describe('the idle cost', () => {
  const mapping = (queue: string) => ({
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] } },
  });
  const template = {
    Resources: {
      Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      Plain: { Type: 'AWS::SQS::Queue', Properties: {} },
      Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Table: { Type: 'AWS::DynamoDB::Table' },
      FromPlain: mapping('Plain'),
      FromFifo: mapping('Fifo'),
      FromStream: mapping('Table'),
      TickLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
    },
  };
  const lines = idleCost(template);
  const usdOf = (what: string) => lines.find((line) => line.what === what)?.usd;

  it('counts alarms, and five long polls for each queue that feeds a function; streams are polled free of charge', () => {
    expect(usdOf('alarms')).toBeCloseTo(0.1);
    expect(usdOf('Lambda polls standard queues')).toBeCloseTo(0.2592);
    expect(usdOf('Lambda polls FIFO queues')).toBeCloseTo(0.324);
  });

  it('is a table whose last line is the sum', () => {
    const rows = costTable(lines).split('\n');
    expect(rows).toHaveLength(lines.length + 3);
    expect(rows.at(-1)).toContain(`**${totalUsd(lines).toFixed(2)}**`);
  });
});
