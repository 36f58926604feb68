import { Banner } from './banner.js';
import { ButtonLink } from './button.js';
import type { Frame } from './frame.js';
import { Instant } from './instant.js';

/** Tells admins that a consent by another UPS.com login waits for their decision. Empty for others, and when none does. */
export function PendingBanner({ frame }: { frame: Frame }): JSX.Element {
  const { pending } = frame.grants[frame.product];
  if (!pending || frame.member.role !== 'admin') return '';
  const idm = frame.product === 'idm';
  return (
    <Banner
      tone="warn" heading={idm ? 'An authorization waits for an admin' : 'An opt-in waits for an admin'}
      action={<ButtonLink label="Decide" href={idm ? '/idm/pending' : '/idh/pending'} />}
    >
      <p>
        <span safe>{pending.optedInBy.label}</span> used another UPS.com login than before, at <Instant at={pending.arrivedAt} timeZone={frame.member.timeZone} />. It is not used
        until an admin confirms it; if nobody does, it is destroyed at <Instant at={pending.expiresAt} timeZone={frame.member.timeZone} />.
      </p>
    </Banner>
  );
}
