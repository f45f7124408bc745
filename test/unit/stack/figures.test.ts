import { describe, expect, it } from 'vitest';
import { functionNames } from '../../../shared/function-names.ts';
import { alarms } from '../../../stack/alarms.ts';
import budget from '../../../stack/bundle-budget.json' with { type: 'json' };
import { budgetProblems } from '../../../stack/bundle-budget.ts';
import { costTable, idleCost, totalUsd } from '../../../stack/idle-cost.ts';
import { rate } from '../../../stack/rate.ts';

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

describe('how often lost pushes are looked for', () => {
  it.each([
    [60_000, 'rate(1 minute)', 60, 'reconcile has not run for 3 minutes: lost pushes stay lost'],
    [900_000, 'rate(15 minutes)', 900, 'reconcile has not run for 45 minutes: lost pushes stay lost'],
    [
      86_400_000,
      'rate(1440 minutes)',
      86_400,
      'reconcile has not run for 4320 minutes: lost pushes stay lost',
    ],
  ])('%i ms: %s, and an alarm after three times that', (...[ms, words, period, description]) => {
    expect(rate(ms)).toBe(words);
    expect(alarms({ reconcileMs: ms })['SilentReconcileAlarm']).toMatchObject({
      Properties: { Period: period, EvaluationPeriods: 3, AlarmDescription: description },
    });
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
      ReconcileLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
      ReconcileSchedule: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: { ScheduleExpression: 'rate(15 minutes)' },
      },
    },
  };
  const lines = idleCost(template);
  const usdOf = (what: string) => lines.find((line) => line.what === what)?.usd;

  it('counts alarms, and five long polls for each queue that feeds a function; streams are polled free of charge', () => {
    expect(usdOf('alarms')).toBeCloseTo(0.1);
    expect(usdOf('Lambda polls standard queues')).toBeCloseTo(0.2592);
    expect(usdOf('Lambda polls FIFO queues')).toBeCloseTo(0.324);
  });

  it('counts the rounds of reconcile by its schedule', () => {
    const amountOf = (what: string) => lines.find((line) => line.what === what)?.amount;
    expect(amountOf('reconcile and what it asks for is invoked')).toBe(2_880 * 12);
    const { ReconcileSchedule: _none, ...Resources } = template.Resources;
    const without = idleCost({ Resources }).find((line) => line.what === 'it runs');
    expect(without?.usd).toBe(0);
  });

  it('is a table whose last line is the sum', () => {
    const rows = costTable(lines).split('\n');
    expect(rows).toHaveLength(lines.length + 3);
    expect(rows.at(-1)).toContain(`**${totalUsd(lines).toFixed(2)}**`);
  });
});
