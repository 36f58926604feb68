import { Banner, Instant, type Frame } from '../ui/index.js';
import { troubleSentence } from './opt-in-notices.js';

/** What only whoever runs the server can mend, as its sentence says. */
const operators: ReadonlySet<string> = new Set(['client-refused', 'blocked-merchant']);

/** Says since when and why UPS.com cannot be used although the grant stands. Empty when all is well. */
export function TroubleBanner({ frame }: { frame: Frame }): JSX.Element {
  const grant = frame.grants[frame.product];
  if (grant.state !== 'authorized' || !grant.trouble) return '';
  const { kind, since } = grant.trouble;
  const { accessTokenExpiresAt: expires } = grant;
  return (
    <Banner tone="info" heading="UPS.com is not answering as it should">
      <p>
        <span safe>{troubleSentence(kind)}</span> Since <Instant at={since} timeZone={frame.member.timeZone} />. Trying goes on by
        itself{operators.has(kind) ? '.' : '; nothing has to be done here.'}
        {expires ? (
          <>
            {' '}
            The present token is good until <Instant at={expires} timeZone={frame.member.timeZone} />.
          </>
        ) : (
          ''
        )}
      </p>
    </Banner>
  );
}
