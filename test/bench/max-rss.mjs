// Preloaded to learn a process's high-water memory: written to the file that MAX_RSS_FILE names, in bytes.
import {existsSync, readFileSync, writeFileSync} from 'node:fs';

// What getrusage says begins with the memory of the process that started this one; Linux counts from the exec on in VmHWM.
const status = '/proc/self/status';
const kilobytes = () =>
  existsSync(status) ? Number(/VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8'))[1]) : process.resourceUsage().maxRSS;

process.on('exit', () => writeFileSync(process.env.MAX_RSS_FILE, String(kilobytes() * 1024)));
