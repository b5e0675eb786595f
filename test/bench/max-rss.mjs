// Preloaded to learn a process's high-water memory: written to the file that MAX_RSS_FILE names, in bytes.
import {writeFileSync} from 'node:fs';

process.on('exit', () => writeFileSync(process.env.MAX_RSS_FILE, String(process.resourceUsage().maxRSS * 1024)));
