import { useNavigate } from '@tanstack/react-router';
import { call } from '../api/client.ts';
import { putSession } from '../api/queries.ts';
import { Door } from './door.tsx';
import { NewPersonForm } from './new-person.tsx';

export function Invite(props: { readonly onJoined: () => void }) {
  const navigate = useNavigate();
  return (
    <Door
      title="Accept an invitation"
      lead="You get a place of your own on this desk: your exchanges and your numbers are yours alone, also before its owner."
    >
      <NewPersonForm
        codeLabel="Invitation code"
        codeHint="From the owner of this desk. It works once, within 24 hours."
        button="Join"
        send={async (person) => {
          const session = await call('invite.accept', { body: person });
          props.onJoined();
          await navigate({ to: '/exchanges' });
          putSession(session);
        }}
      />
      <p className="dim small">
        Already here? <a href="/overview">Log in</a>
      </p>
    </Door>
  );
}
