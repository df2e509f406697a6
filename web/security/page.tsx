import '../style/parts.css';
import '../style/security.css';
import { useSignedIn } from '../frame/signed-in.ts';
import { Audit } from './audit.tsx';
import { CustodyCard } from './custody.tsx';
import { Events } from './events.tsx';
import { Factors } from './factors.tsx';
import { People } from './people.tsx';
import { Sessions } from './sessions.tsx';

export function SecurityPage() {
  const { user } = useSignedIn();
  const owner = user.role === 'owner';
  return (
    <div className="security">
      <CustodyCard owner={owner} />
      <Factors />
      <Sessions />
      {owner ? <People me={user.id} /> : null}
      <Audit owner={owner} />
      <Events />
    </div>
  );
}
