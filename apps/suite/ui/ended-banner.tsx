import { Banner } from './banner.js';
import { PostButton } from './button.js';
import type { Frame } from './frame.js';
import { Instant } from './instant.js';

/**
 * Tells everyone that UPS.com ended the opt-in of the product at hand, who must do what, and gives admins the button.
 * Empty unless the grant is in the state *needs opt-in*.
 */
export function EndedBanner({ frame }: { frame: Frame }): JSX.Element {
  const grant = frame.grants[frame.product];
  if (grant.state !== 'needs-opt-in') return '';
  const idm = frame.product === 'idm';
  const admin = frame.member.role === 'admin';
  const again = idm ? 'authorize again' : 'opt in again';
  const action = !admin ? undefined : idm ? (
    <PostButton label="Authorize" kind="primary" action="/idm/authorize" csrf={frame.csrf} leavesSite />
  ) : (
    <PostButton label="Opt-In" kind="primary" action="/idh/opt-in" csrf={frame.csrf} leavesSite />
  );
  return (
    <Banner tone="bad" heading={idm ? 'UPS.com ended this authorization' : 'UPS.com ended this opt-in'} action={action}>
      <p>
        {grant.endReason === 'answer-lost'
          ? 'The answer to a refresh was lost on the way, so the last token could not be renewed.'
          : 'UPS.com refused our token, most likely because the UPS.com password was changed or the application was withdrawn there.'}
        {grant.endedAt ? (
          <>
            {' '}
            That was noticed at <Instant at={grant.endedAt} timeZone={frame.member.timeZone} />.
          </>
        ) : (
          ''
        )}{' '}
        Retrieval is paused; what was retrieved so far is safe.
      </p>
      <p safe>{`An admin has to ${again}. Admins were told by mail.`}</p>
    </Banner>
  );
}
