import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { ConfigProblem, Finding, Path } from './problem.ts';
import { pathText, quoted } from './problem.ts';
import { syntaxFinding } from './yaml-syntax.ts';

const mostAliases = 100;
const mostRepeats = 100;

/** A YAML text as a plain value, and the way back from a place in the value to its line and column. */
export interface YamlSource {
  readonly value: unknown;
  readonly located: (finding: Finding) => ConfigProblem;
  /** How the value at a place is written: `1.10` where YAML reads the number 1.1. */
  readonly written: (path: Path) => string | undefined;
}

export type ReadYaml = {
  /** Missing when the text cannot be read at all. */
  readonly source?: YamlSource | undefined;
  readonly problems: readonly ConfigProblem[];
};

export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    schema: 'core',
    logLevel: 'error',
  });
  const at = (offset: number, { problem, fix }: Omit<Finding, 'path'>, path: Path = []): ConfigProblem => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1), path: pathText(path), problem, fix };
  };
  const broken = [...syntaxProblems(document, at), ...keyProblems(document, at)];
  if (broken.length > 0) return { problems: broken };
  const problems = document.errors
    .filter(isHarmless)
    .slice(0, mostRepeats)
    .map((error) => at(error.pos[0], syntaxFinding(error)));
  const value = plainValue(document);
  if (!value.ok) return { problems: [...problems, at(0, value)] };
  return {
    source: {
      value: value.value,
      located: (finding) => at(offsetOf(document, finding), finding, finding.path),
      written: (path) => writtenAt(document, path),
    },
    problems,
  };
}

type At = (offset: number, finding: Omit<Finding, 'path'>) => ConfigProblem;

/** A repeated key is wrong, but the rest of the file can still be checked. */
function isHarmless({ code }: { readonly code: string }): boolean {
  return code === 'DUPLICATE_KEY';
}

function syntaxProblems(document: Document.Parsed, at: At): readonly ConfigProblem[] {
  const exhausted = document.errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (exhausted !== undefined) return [at(exhausted.pos[0], syntaxFinding(exhausted))];
  const severe = document.errors.filter((error) => !isHarmless(error));
  const found = [...severe, ...document.warnings].map((error) => at(error.pos[0], syntaxFinding(error)));
  const [first] = found;
  if (first === undefined) return [];
  // What follows a broken place is mostly its echo: one complaint a line, and not many.
  return found
    .filter((problem, index) => index === found.findIndex(({ line }) => line === problem.line))
    .slice(0, 5);
}

function keyProblems(document: Document.Parsed, at: At): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && typeof key.value === 'string' && key.value !== '__proto__') return;
      const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      const name = isScalar(key) ? quoted(key.value) : 'this';
      problems.push(at(offset, { problem: `${name} is no key`, fix: 'keys are words, such as `deploy`' }));
    },
  });
  return problems;
}

type Plain =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string; readonly fix: string };

const tangled: Plain = {
  ok: false,
  problem: 'aliases (`*name`) multiply or contain themselves',
  fix: 'write the values out',
};

function plainValue(document: Document.Parsed): Plain {
  if (aliasCount(document) > mostAliases) return tangled;
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    JSON.stringify(value);
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof ReferenceError) || !error.message.startsWith('Unresolved')) return tangled;
    const problem = `an alias stands for nothing: ${quoted(error.message.replace(/^.*: /, '*'))}`;
    return { ok: false, problem, fix: 'write the value out, or set its anchor (`&name`) before' };
  }
}

function aliasCount(document: Document.Parsed): number {
  let count = 0;
  visit(document, {
    Alias: () => {
      count += 1;
    },
  });
  return count;
}

/** The place in the text; the nearest one around it where the value itself is not written. */
function offsetOf(document: Document.Parsed, { path, at }: Finding): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const found = child(document, node, part);
    if (found === undefined) return offset;
    const isKeyWanted = (at === 'key' && index === path.length - 1) || found.value === null;
    node = found.value;
    const chosen = isKeyWanted ? found.key : found.value;
    offset = chosen?.range?.[0] ?? offset;
  }
  return offset;
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function child(document: Document.Parsed, node: Node | null, part: string | number): Child | undefined {
  const parent = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(parent) && typeof part === 'number') {
    const item = parent.items[part];
    return isNode(item) ? { key: item, value: item } : undefined;
  }
  if (!isMap(parent)) return undefined;
  const pair = parent.items.findLast(({ key }) => isScalar(key) && key.value === part);
  if (pair === undefined || !isNode(pair.key)) return undefined;
  return { key: pair.key, value: isNode(pair.value) ? pair.value : null };
}

function writtenAt(document: Document.Parsed, path: Path): string | undefined {
  let node: Node | null = document.contents;
  for (const part of path) node = child(document, node, part)?.value ?? null;
  return isScalar(node) ? node.source : undefined;
}
