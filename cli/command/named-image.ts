/** An image as a person writes it. */
export interface NamedImage {
  readonly registry?: string | undefined;
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

const longest = 512;
const pattern =
  /^(?:(?<registry>[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?)\/)?(?<repository>[a-z0-9][a-z0-9._/-]*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;

/** `repository[:tag][@digest]`, with or without its registry; `latest` where neither is named. Undefined: no image. */
export function readImageName(text: string): NamedImage | undefined {
  if (text.length > longest) return undefined;
  const { registry, repository, tag, digest } = pattern.exec(text)?.groups ?? {};
  if (repository === undefined) return undefined;
  return { registry, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}
