import type {Session} from '../../agent/session.ts';

/** A resumed session may still owe something: it goes on with that, and the prompt steers it. Answers the prompt where it is still to be sent. */
export async function goOn(session: Session, prompt: string | null): Promise<string | null> {
  if (session.state().turn.owes === 'human') return prompt;
  if (prompt !== null) await session.submit({type: 'steer', text: prompt});
  session.goOn();
  return null;
}
