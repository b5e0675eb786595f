// A model that answers at once, in a process of its own. /s/<steps>/<command>/v1: that many calls of the first tool, then a last word.
// What it was asked, and when, is printed as JSON lines: t is in nanoseconds of the machine's monotonic clock.
import {createServer} from 'node:http';

const server = createServer((request, response) => {
  const t = process.hrtime.bigint();
  const [, , steps, command] = request.url.split('/').map(decodeURIComponent);
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const text = Buffer.concat(parts).toString('utf8');
    const body = JSON.parse(text);
    const done = body.messages.filter(({role}) => role === 'assistant').length;
    const call =
      done < Number(steps)
        ? {id: `call_${done}`, type: 'function', function: {name: body.tools[0].function.name, arguments: JSON.stringify({command})}}
        : null;
    (body.stream ? stream : whole)(response, call);
    console.log(JSON.stringify({t: String(t), done, bytes: text.length, ...(done === 0 ? {first: text} : {})}));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({port: server.address().port})));

const usage = {prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010, prompt_tokens_details: {cached_tokens: 0}};

function whole(response, call) {
  const message = call === null ? {role: 'assistant', content: 'done'} : {role: 'assistant', content: null, tool_calls: [call]};
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      id: 'x',
      object: 'chat.completion',
      model: 'mock-model',
      choices: [{index: 0, message, finish_reason: call === null ? 'stop' : 'tool_calls'}],
      usage,
    }),
  );
}

function stream(response, call) {
  response.setHeader('content-type', 'text/event-stream');
  const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({id: 'x', object: 'chat.completion.chunk', created: 1, model: 'mock-model', choices: [{index: 0, delta, finish_reason}]})}\n\n`;
  const delta = call === null ? {role: 'assistant', content: 'done'} : {role: 'assistant', tool_calls: [{index: 0, ...call}]};
  const last = `data: ${JSON.stringify({id: 'x', object: 'chat.completion.chunk', created: 1, model: 'mock-model', choices: [], usage})}\n\n`;
  response.end(`${chunk(delta)}${chunk({}, call === null ? 'stop' : 'tool_calls')}${last}data: [DONE]\n\n`);
}
