import {processGroups} from '../../../src/adapters/processes/process-groups.ts';
import {shellContract} from '../../contracts/shell.ts';

shellContract('bash', () => processGroups());
