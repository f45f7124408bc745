/** What CloudFormation fills in when it makes the stack. */
export type Intrinsic =
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Sub': string };

export type Resource = string | Intrinsic;

export interface Statement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly Resource[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

export const arnOf = (logicalId: string): Intrinsic => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** An ARN in this account and Region. */
export const here = (service: string, resource: string): Intrinsic => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});

/** An ARN of a service that knows no Regions. */
export const global = (service: string, resource: string): Intrinsic => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}::\${AWS::AccountId}:${resource}`,
});

/** Nothing where there is no resource: a statement about nothing is no statement. */
export function allow(
  actions: readonly string[],
  resources: readonly Resource[],
  condition?: Statement['Condition'],
): readonly Statement[] {
  if (resources.length === 0) return [];
  return [
    {
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ];
}
