import {toolCards} from '../agent/tool-cards.ts';
import {assembler} from '../core/context/assemble.ts';
import {charter} from '../core/context/charter.ts';
import {estimator} from '../core/truncation/estimate.ts';
import {defaultPolicy} from '../core/truncation/policies.ts';
import {loopRules} from '../core/turn/loop-rules.ts';
import type {Versions} from '../core/vocabulary/event.ts';
import type {Blobs} from '../ports/blobs.ts';
import {tools} from './tools.ts';
import {version} from './version.ts';

/** What this build makes requests by, with the charter and the tool cards as blobs: a session's requests can be rebuilt when this build is gone. */
export async function versionsOf(blobs: Blobs): Promise<Versions> {
  const put = (text: string) => blobs.put(Buffer.from(text), {durable: true});
  const [charterBlob, toolsBlob] = await Promise.all([put(charter), put(JSON.stringify(toolCards(tools)))]);
  return {program: version, assembler, estimator, policy: defaultPolicy.version, charter: charterBlob, tools: toolsBlob, loop: loopRules};
}
