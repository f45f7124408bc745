/** The beginning of an answer, and whether that is all of it: nobody's answer fills our memory. */
export async function readUpTo(
  response: Response,
  bytesMax: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let left = bytesMax;
  let isWhole = true;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part.subarray(0, left));
    isWhole = part.length <= left;
    left -= part.length;
    if (!isWhole) break;
  }
  return { text: Buffer.concat(parts).toString('utf8'), isWhole };
}
