/** Keys of `slipway.yml` whose function this version does not have, by the place where they stand. They are refused by name. */
export const notYet: Readonly<Record<string, readonly string[]>> = {
  '': ['tasks', 'watch'],
  permissions: ['logGroups'],
  'deploy[]': [
    'adopt',
    'first',
    'parallel',
    'stopAfter',
    'every',
    'rollback',
    'timeout',
    'bake',
    'schedules',
  ],
  'notify[].slack': ['channel'],
};
