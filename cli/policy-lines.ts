import { chooseTag } from '../shared/domain/tag-policy/choose.ts';
import { parseTagPolicy } from '../shared/domain/tag-policy/parse.ts';
import type { Candidate, TagPolicy } from '../shared/domain/tag-policy/policy.ts';

const MAX_LINE_LENGTH = 4 * 1024 * 1024;
const MAX_TAG_LENGTH = 256;
const KEYS: readonly string[] = ['policy', 'tags', 'current'];
const TAG_KEYS: readonly string[] = ['tag', 'pushedAt'];

/** A time without a zone would mean another moment on another machine. */
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

interface PolicyLine {
  readonly policy: TagPolicy;
  readonly candidates: readonly Candidate[];
  readonly current: Candidate | undefined;
}

class LineProblem extends Error {
  override readonly name = 'LineProblem';
}

/** One line of `slipway policy`: JSON in, JSON out; what is wrong with the line is its answer. */
export function answerPolicyLine(line: string): string {
  return JSON.stringify(answer(line));
}

function answer(line: string): Readonly<Record<string, string | null>> {
  try {
    const { policy, candidates, current } = readLine(line);
    const choice = chooseTag(policy, candidates, current);
    if (choice.kind === 'chosen') return { chosen: choice.tag };
    return choice.kind === 'none' ? { chosen: null, reason: choice.reason } : { error: choice.problem };
  } catch (error) {
    if (error instanceof LineProblem) return { error: error.message };
    throw error;
  }
}

function readLine(line: string): PolicyLine {
  if (line.length > MAX_LINE_LENGTH) throw new LineProblem('the line is longer than 4 MiB');
  const input = readObject(parseJson(line), 'the line', KEYS);
  const parsed = parseTagPolicy(input['policy']);
  if (!parsed.ok) throw new LineProblem(`${['policy', ...parsed.path].join('.')} ${parsed.problem}`);
  const tags = input['tags'];
  if (!Array.isArray(tags)) throw new LineProblem('tags must be a list, like ["1.4.2"]');
  const candidates = tags.map((tag: unknown, index) => readTag(tag, `tags[${index}]`));
  return { policy: parsed.policy, candidates, current: readCurrent(input['current'], candidates) };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new LineProblem(`the line is no JSON: ${String(error)}`, { cause: error });
  }
}

function readObject(value: unknown, place: string, keys: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LineProblem(`${place} must be an object with ${keys.join(', ')}`);
  }
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new LineProblem(`${place} has an unknown key: ${unknown}`);
  return { ...value };
}

/** The running tag was pushed when the list says it was. */
function readCurrent(value: unknown, candidates: readonly Candidate[]): Candidate | undefined {
  if (value === undefined || value === null) return undefined;
  const current = readTag(value, 'current');
  const times = candidates.filter(({ tag }) => tag === current.tag).map(({ pushedAt }) => pushedAt ?? 0);
  const listed = Math.max(0, ...times);
  return current.pushedAt === undefined && listed > 0 ? { tag: current.tag, pushedAt: listed } : current;
}

function readTag(value: unknown, place: string): Candidate {
  if (typeof value === 'string') return { tag: readName(value, place) };
  const { tag, pushedAt } = readObject(value, place, TAG_KEYS);
  const name = readName(tag, `${place}.tag`);
  return pushedAt === undefined
    ? { tag: name }
    : { tag: name, pushedAt: readTime(pushedAt, `${place}.pushedAt`) };
}

function readName(value: unknown, place: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_TAG_LENGTH) return value;
  throw new LineProblem(`${place} must be text of 1 to ${MAX_TAG_LENGTH} characters`);
}

function readTime(value: unknown, place: string): number {
  const time = typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new LineProblem(`${place} must be a date like "2026-01-31T12:00:00Z"`);
  return time;
}
