/** Keys of `slipway.yml` whose function this version does not have, by the place where they stand. They are refused by name. */
export const notYet: Readonly<Record<string, readonly string[]>> = {
  '': ['tasks', 'watch'],
  permissions: ['logGroups'],
  'notify[].slack': ['channel'],
};
