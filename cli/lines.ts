import type { Readable } from 'node:stream';

/** A line of input without its end; undefined where it was longer than allowed and was dropped. */
export type Line = string | undefined;

/** The lines of a stream as they arrive, each at most so many bytes long. The last one needs no line end. */
export async function* linesOf(stream: Readable, mostBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (): Line => {
    const line = size > mostBytes ? undefined : Buffer.concat(parts).toString('utf8');
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of stream) {
    let rest = Buffer.from(chunk as Uint8Array | string);
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      parts.push(rest.subarray(0, end));
      size += end;
      yield take();
      rest = rest.subarray(end + 1);
    }
    size += rest.length;
    if (size > mostBytes) parts = [];
    else parts.push(rest);
  }
  if (size > 0) yield take();
}
