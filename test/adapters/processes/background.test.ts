import {processGroups} from '../../../src/adapters/processes/process-groups.ts';
import {backgroundContract} from '../../contracts/shell-background.ts';

backgroundContract('bash', () => processGroups());
