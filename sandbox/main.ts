import { stories } from './stories/all.ts';
import { startTour } from './tour/start.ts';

process.exitCode = await startTour(process.argv.slice(2), stories);
