import { stopTestDatabases } from './support/databases';

export default stopTestDatabases;
