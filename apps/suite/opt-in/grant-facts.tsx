import { Facts, Instant, MailAddress, Text, type Frame } from '../ui/index.js';
import type { FollowCounts } from '../retrieval/followed-package-store.js';

/** What is known of the living or ended grant: by whom, since when, last use, what comes next, what it retrieves; `login` where UPS tells it. */
export function GrantFacts({ frame, counts, login }: { frame: Frame; counts: FollowCounts; login: string | null }): JSX.Element {
  const grant = frame.grants[frame.product];
  const { timeZone } = frame.member;
  const time = (at: Date | null, otherwise = 'None yet') => (at ? <Instant at={at} timeZone={timeZone} /> : <Text text={otherwise} />);
  const authorized = grant.state === 'authorized';
  return (
    <Facts
      facts={[
        { label: frame.product === 'idm' ? 'Authorized by' : 'Opted in by', value: <Text text={grant.optedInBy?.label ?? 'Nobody'} /> },
        ...(login === null ? [] : [{ label: 'UPS.com login', value: <MailAddress mail={login} /> }]),
        { label: 'Since', value: time(grant.since) },
        { label: 'Last use', value: time(grant.lastUseAt) },
        ...(authorized
          ? [{ label: 'Next refresh, about', value: time(grant.nextRefreshAt) }, { label: 'Ends unless used', value: time(grant.refreshTokenExpiresAt, 'UPS does not say') }]
          : [grant.state === 'suspended' ? { label: 'Suspended', value: time(grant.suspendedAt) } : { label: 'Ended', value: time(grant.endedAt) }]),
        { label: 'Retrieval', value: <Text text={retrieval(counts.total, authorized)} /> },
      ]}
    />
  );
}

function retrieval(total: number, authorized: boolean): string {
  if (total === 0) return 'Nothing followed yet';
  const packages = total === 1 ? '1 package' : `${total.toLocaleString('en-US')} packages`;
  return authorized ? packages : `Paused: ${packages}`;
}
