import type { SlipwayConfig } from '../../shared/config/types.ts';
import { type FunctionName, functionNames } from '../../shared/function-names.ts';
import { permissions } from './permissions.ts';
import { type Scope, scopeOf } from './scope.ts';
import { inlinePolicyLimit, largestPart, policySize } from './size.ts';
import { allow, arnOf, type PolicyDocument, type Statement } from './statement.ts';
import { unscoped } from './wildcards.ts';

export interface Role {
  readonly Type: 'AWS::IAM::Role';
  readonly Properties: {
    readonly Description: string;
    readonly AssumeRolePolicyDocument: unknown;
    readonly Policies: readonly [{ readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }];
  };
}

/** One role per function, by logical id. Throws where the configuration makes a policy larger than IAM takes. */
export function rolesOf(config: SlipwayConfig): Readonly<Record<string, Role>> {
  const scope = scopeOf(config);
  return Object.fromEntries(functionNames.map((name) => [roleId(name), roleOf(name, scope)]));
}

function roleOf(name: FunctionName, scope: Scope): Role {
  const document: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [...ownLog(name), ...traces(), ...permissions[name](scope)],
  };
  const size = policySize(document);
  if (size > inlinePolicyLimit) throw new Error(tooLarge(name, size, document));
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: `What Slipway's function ${name} may do`,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [{ PolicyName: name, PolicyDocument: document }],
    },
  };
}

function tooLarge(name: FunctionName, size: number, document: PolicyDocument): string {
  return [
    `The role of the function ${name} would need an inline policy of ${size} characters; IAM takes ${inlinePolicyLimit}.`,
    `Of these, ${largestPart(document)}.`,
    'Write fewer, wider patterns in slipway.yml: `shop-*` instead of each role, repository or service of the shop.',
  ].join(' ');
}

function ownLog(name: FunctionName): readonly Statement[] {
  return allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [arnOf(`${logicalId(name)}LogGroup`)]);
}

function traces(): readonly Statement[] {
  return unscoped(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);
}

/** How osls names what it makes of a function: `roll-service` becomes RollDashservice. */
export function logicalId(name: string): string {
  const text = name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function roleId(name: FunctionName): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Role`;
}
