import type {Message, Prompt} from '../../ports/model.ts';

/** A request as one text, oldest first: what a script looks at. */
export function requestText({system, messages}: Prompt): string {
  return [system, ...messages.map(messageText)].join('\n');
}

/** The results of the newest message that has some. */
export function lastResults({messages}: Prompt): string {
  const last = messages.findLast(message => message.role === 'results');
  return last === undefined ? '' : messageText(last);
}

function messageText(message: Message): string {
  if (message.role === 'user') return message.text;
  if (message.role === 'results') return message.results.map(result => result.text).join('\n');
  return message.content
    .map(block => (block.type === 'call' ? `${block.tool} ${block.malformed ?? JSON.stringify(block.input)}` : block.text))
    .join('\n');
}
