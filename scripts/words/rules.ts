/** What no text of the repository may say. The gate runs this over every file that git knows or would take in. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

interface Rule {
  readonly name: string;
  readonly where: RegExp;
  readonly pattern: RegExp;
}

const code = /\.(ts|mts|cts|js|mjs|cjs|py|sh|grit)$|(^|\/)\.ci\//;
const anything = /./;

const forbidden: readonly Rule[] = [
  {
    name: 'no-unfinished-work',
    where: anything,
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
  },
  {
    name: 'no-ts-ignore',
    where: code,
    pattern: /@ts-(ignore|nocheck)\b/,
  },
  {
    name: 'no-focused-or-skipped-tests',
    where: /^test\/.*\.ts$/,
    pattern:
      /\b(it|test|describe|bench|suite)(\.\w+)*\.(only|skip|todo|fails)\b|\b(xit|fit|xdescribe|fdescribe)\(|\b(context|ctx|t)\.skip\(/,
  },
  {
    name: 'no-foreign-paths',
    where: anything,
    pattern: /(?<![\w.-])\/(work|root|home\/[a-z]\w*|Users\/\w+)\//,
  },
  {
    name: 'no-foreign-registries',
    where: /(^|\/)(package-lock\.json|npm-shrinkwrap\.json)$/,
    pattern: /"resolved": "(?!file:)|"registry":/,
  },
  {
    name: 'no-foreign-registries',
    where: /(^|\/)\.(npmrc|yarnrc(\.yml)?)$/,
    pattern: /registry(server)?\s*[=:]|_auth|proxy\s*=/i,
  },
  {
    name: 'no-foreign-registries',
    where: anything,
    pattern: /--(extra-)?index-url|--find-links|--trusted-host|PIP_(EXTRA_)?INDEX_URL\s*=/,
  },
];

/** A suppression and, in its first group, what stands where its reason belongs. */
const suppressions: readonly RegExp[] = [
  /biome-ignore(?!-end)(?:-all|-start)?\s+[^\s:]+(.*)$/,
  /(?:oxlint|eslint)-disable(?:-next-line|-line)?\b[^-]*(.*)$/,
  /@ts-expect-error\b(.*)$/,
  /(?:v8|c8|istanbul) ignore (?!stop\b|end\b)[^-]*(.*)$/,
  /node:coverage (?:disable|ignore)(.*)$/,
  /Stryker disable[^:]*(.*)$/,
  /@knipignore\b(.*)$/,
  /#\s*(?:noqa|type:\s*ignore|pylint:\s*disable|nosec|shellcheck disable)\b[^#-]*(.*)$/,
];

/** A test may depend on the machine, if it says on what. */
const conditional = /\b(it|test|describe)(\.\w+)*\.(skipIf|runIf)\(/;
const configuration = /(^|\/)(biome|knip|\.oxlintrc)\.jsonc$/;
const reasonWords = 3;

export function scan(path: string, text: string): readonly Finding[] {
  const lines = text.split('\n');
  const rules = forbidden.filter(({ where }) => where.test(path));
  const found = lines.flatMap((line, index) =>
    [
      ...rules.filter(({ pattern }) => pattern.test(line)).map(({ name }) => name),
      ...(code.test(path) && isUnreasoned(line) ? ['suppression-without-reason'] : []),
      ...(conditional.test(line) && !isReason(lines[index - 1]) ? ['conditional-test-without-reason'] : []),
      ...(configuration.test(path) && isUnreasonedSwitch(lines, index)
        ? ['switched-off-without-reason']
        : []),
    ].map((rule) => ({ rule, path, line: index + 1, text: line.trim().slice(0, 160) })),
  );
  return [...found, ...nameFindings(path)];
}

function isUnreasoned(line: string): boolean {
  return suppressions.some((suppression) => {
    const after = suppression.exec(line)?.[1];
    return after !== undefined && countWords(after) < reasonWords;
  });
}

function countWords(text: string): number {
  return text.replaceAll(/@preserve\b/g, '').match(/[A-Za-z][\w’'-]*/g)?.length ?? 0;
}

/** In a tool's configuration a comment stands right above what is switched off, or above the override that does it. */
function isUnreasonedSwitch(lines: readonly string[], index: number): boolean {
  if (!/: "off"|^\s*"ignore\w*":/.test(lines[index] ?? '')) return false;
  if (isReason(lines[index - 1])) return false;
  const scope = lines
    .slice(0, index + 1)
    .findLastIndex((line) => /"(includes|files)":|"overrides":/.test(line));
  return scope === -1 || !isReason(lines[scope - 1]);
}

function isReason(line: string | undefined): boolean {
  return line?.trim().startsWith('//') === true && countWords(line) >= reasonWords;
}

function nameFindings(path: string): readonly Finding[] {
  const name = path.split('/').find((part) => /^(utils?|helpers?|misc|common|lib)(\.|$)/.test(part));
  return name === undefined ? [] : [{ rule: 'no-name-that-says-nothing', path, line: 1, text: name }];
}
