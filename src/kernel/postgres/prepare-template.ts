/** Run after installation: prepares PGlite's template, so that the first start does not wait 3-6 s for it. Does nothing when it is there. */

import { makeFolder } from './pglite.ts';
import { prepareTemplate } from './pglite-folder.ts';

await prepareTemplate(makeFolder);
