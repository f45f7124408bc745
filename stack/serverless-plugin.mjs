import { SlipwayPlugin } from './plugin.ts';

/** osls loads plugins by default export; everything else here has names. */
export default SlipwayPlugin;
