import { processEnvironment } from '../config/config.ts';

/** Which stores the tests of this run open: `server` is PostgreSQL and a two-shard ClickHouse cluster. */
export const testForm: 'embedded' | 'server' = processEnvironment().PERENNIAL_TEST_FORM === 'server' ? 'server' : 'embedded';
