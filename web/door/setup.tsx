import { useNavigate } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { putSession } from '../api/queries.ts';
import { Door } from './door.tsx';
import { NewPersonForm } from './new-person.tsx';

/** First run: the code on the machine's own console proves whose desk this is. */
export function Setup(props: { readonly onClaimed: () => void }) {
  const navigate = useNavigate();
  return (
    <Door
      title="Set up this desk"
      lead="Nobody owns it yet. The setup code stands in the terminal where you started Gapless; it works once, for 15 minutes. Starting again makes a new one."
    >
      <NewPersonForm
        codeLabel="Setup code"
        codeHint="Printed by npm start."
        button="Set up"
        send={async (person) => {
          const session = await call('setup.claim', { body: person });
          props.onClaimed();
          await navigate({ to: '/exchanges' });
          putSession(session);
        }}
      />
    </Door>
  );
}
