import {
  type Operation,
  operationOf,
  type ServiceName,
  type Shape,
  type ShapeRef,
  shapeOf,
} from './model.ts';

export interface JudgeOptions {
  /** JSON protocols carry seconds since the epoch; events carry ISO 8601. */
  readonly timestamps?: 'epoch' | 'iso';
  /** Members that a shape may have besides AWS's own, by shape name. */
  readonly extraMembers?: Readonly<Record<string, readonly string[]>>;
}

export interface Judge {
  /** Problems with an answer, each with its JSON path; none means that AWS's SDKs read all of it. */
  output(operation: string, value: unknown): readonly string[];
  input(operation: string, value: unknown): readonly string[];
  shape(name: string, value: unknown): readonly string[];
}

type Context = Required<JudgeOptions> & { readonly service: ServiceName };

interface Place {
  readonly path: string;
  readonly shapeName: string;
}

export function createJudge(service: ServiceName, options: JudgeOptions = {}): Judge {
  const context: Context = { timestamps: 'epoch', extraMembers: {}, ...options, service };
  const shape = (shapeName: string, value: unknown) => problemsOf(context, { path: '$', shapeName }, value);
  const optional = (ref: ShapeRef | undefined, value: unknown) =>
    ref === undefined ? emptyProblems(value) : shape(ref.shape, value);
  return {
    shape,
    output: (name, value) => optional(operationOf(service, name).output, value),
    input: (name, value) => optional(operationOf(service, name).input, value),
  };
}

export function validateOutput(service: ServiceName, operation: string, value: unknown): readonly string[] {
  return createJudge(service).output(operation, value);
}

export function validateInput(service: ServiceName, operation: string, value: unknown): readonly string[] {
  return createJudge(service).input(operation, value);
}

export function validateShape(service: ServiceName, shapeName: string, value: unknown): readonly string[] {
  return createJudge(service).shape(shapeName, value);
}

/** The error types that AWS's model lists for an operation. Throttling and protocol errors are in no such list. */
export function errorsOf(service: ServiceName, operation: string): readonly string[] {
  const { errors = [] }: Operation = operationOf(service, operation);
  return errors.map(({ shape }) => shape);
}

function emptyProblems(value: unknown): readonly string[] {
  return isObject(value) && Object.keys(value).length === 0 ? [] : ['$: the operation has no output'];
}

function problemsOf(context: Context, place: Place, value: unknown): readonly string[] {
  const shape = shapeOf(context.service, place.shapeName);
  if (value === null) return [`${place.path}: null, where AWS leaves the member out`];
  if (shape.type === 'structure') return structureProblems(context, { ...place, shape }, value);
  if (shape.type === 'list') return listProblems(context, { ...place, shape }, value);
  if (shape.type === 'map') return mapProblems(context, { ...place, shape }, value);
  return scalarProblems(context, { ...place, shape }, value);
}

type At<Type extends Shape['type']> = Place & { readonly shape: Extract<Shape, { readonly type: Type }> };

function structureProblems(context: Context, at: At<'structure'>, value: unknown): readonly string[] {
  if (at.shape.document === true) return [];
  if (!isObject(value)) return [mismatch(at, 'an object', value)];
  const extra = context.extraMembers[at.shapeName] ?? [];
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  const missing = (at.shape.required ?? []).filter((name) => value[name] === undefined);
  return [
    ...missing.map((name) => `${at.path}: ${at.shapeName} requires ${name}`),
    ...present.flatMap(([name, member]) => {
      const ref = at.shape.members[name];
      const path = `${at.path}.${name}`;
      if (ref !== undefined) return problemsOf(context, { path, shapeName: ref.shape }, member);
      return extra.includes(name) ? [] : [`${path}: ${at.shapeName} has no such member`];
    }),
  ];
}

function listProblems(context: Context, at: At<'list'>, value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [mismatch(at, 'a list', value)];
  const shapeName = at.shape.member.shape;
  return value.flatMap((item: unknown, index) =>
    problemsOf(context, { path: `${at.path}[${index}]`, shapeName }, item),
  );
}

function mapProblems(context: Context, at: At<'map'>, value: unknown): readonly string[] {
  if (!isObject(value)) return [mismatch(at, 'a map', value)];
  return Object.entries(value).flatMap(([key, item]) => [
    ...problemsOf(context, { path: `${at.path}.(${key})`, shapeName: at.shape.key.shape }, key),
    ...problemsOf(context, { path: `${at.path}.${key}`, shapeName: at.shape.value.shape }, item),
  ]);
}

type ScalarShape = Extract<Shape, { readonly enum?: readonly string[] }>;

function scalarProblems(
  context: Context,
  at: Place & { readonly shape: ScalarShape },
  value: unknown,
): readonly string[] {
  const [fits, wanted] = scalarRules[at.shape.type](value, context);
  if (!fits) return [mismatch(at, wanted, value)];
  const known = at.shape.enum;
  if (known === undefined || (typeof value === 'string' && known.includes(value))) return [];
  return [`${at.path}: ${JSON.stringify(value)} is none of ${at.shapeName}: ${known.join(', ')}`];
}

type Rule = (value: unknown, context: Context) => readonly [boolean, string];

const scalarRules: Readonly<Record<ScalarShape['type'], Rule>> = {
  string: (value) => [typeof value === 'string', 'a string'],
  blob: (value) => [typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value), 'base64'],
  boolean: (value) => [typeof value === 'boolean', 'a boolean'],
  double: (value) => [isNumber(value), 'a number'],
  integer: (value) => [isWhole(value) && Math.abs(Number(textOf(value))) <= 2 ** 31, 'a 32-bit integer'],
  long: (value) => [isWhole(value), 'an integer'],
  timestamp: (value, { timestamps }) =>
    timestamps === 'epoch'
      ? [isNumber(value) && isPlausibleTime(value), 'seconds since the epoch']
      : [typeof value === 'string' && isIso(value), 'an ISO 8601 instant'],
};

/** Milliseconds in place of seconds are the usual mistake: they would lie in the year 50000. */
function isPlausibleTime(value: unknown): boolean {
  const seconds = Number(textOf(value));
  return seconds >= 0 && seconds < 32_503_680_000;
}

function isIso(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Numbers that a double cannot hold are kept as raw JSON text by some parsers. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (isObject(value) && typeof value.rawJSON === 'string');
}

function isWhole(value: unknown): boolean {
  return isNumber(value) && (Number.isInteger(value) || /^-?\d+$/.test(textOf(value)));
}

function textOf(value: unknown): string {
  return isObject(value) ? String(value.rawJSON) : String(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch({ path, shapeName }: Place, wanted: string, value: unknown): string {
  return `${path}: ${shapeName} is ${wanted}, not ${JSON.stringify(value)?.slice(0, 80)}`;
}
