import { readFileSync } from 'node:fs';

export type ServiceName = 'ecs' | 'ecr';

export interface ShapeRef {
  readonly shape: string;
}

type Scalar = 'string' | 'integer' | 'long' | 'double' | 'boolean' | 'timestamp' | 'blob';

export type Shape =
  | {
      readonly type: 'structure';
      readonly members: Readonly<Record<string, ShapeRef>>;
      readonly required?: readonly string[];
      readonly document?: boolean;
      readonly union?: boolean;
    }
  | { readonly type: 'list'; readonly member: ShapeRef }
  | { readonly type: 'map'; readonly key: ShapeRef; readonly value: ShapeRef }
  | { readonly type: Scalar; readonly enum?: readonly string[] };

export interface Operation {
  readonly name: string;
  readonly input?: ShapeRef;
  readonly output?: ShapeRef;
  readonly errors?: readonly ShapeRef[];
}

interface Model {
  readonly metadata: { readonly targetPrefix: string };
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const files = { ecs: 'ecs-2014-11-13.json', ecr: 'ecr-2015-09-21.json' } as const;
const loaded = new Map<ServiceName, Model>();

/** The API model that AWS publishes, as botocore ships it. See README.md here. */
function modelOf(service: ServiceName): Model {
  const known = loaded.get(service);
  if (known !== undefined) return known;
  const model: Model = JSON.parse(readFileSync(new URL(files[service], import.meta.url), 'utf8'));
  loaded.set(service, model);
  return model;
}

export function operationOf(service: ServiceName, name: string): Operation {
  const operation = modelOf(service).operations[name];
  if (operation === undefined) throw new Error(`AWS's model of ${service} has no operation ${name}`);
  return operation;
}

export function shapeOf(service: ServiceName, name: string): Shape {
  const shape = modelOf(service).shapes[name];
  if (shape === undefined) throw new Error(`AWS's model of ${service} has no shape ${name}`);
  return shape;
}
