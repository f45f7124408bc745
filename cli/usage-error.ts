/** The command line is wrong in a way that its grammar does not show. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
