import { Banner, Instant, productName, type Frame, type Product } from '../ui/index.js';
import { troubleWords } from './trouble-words.js';

/**
 * Says since when and why UPS.com cannot be used although the grant stands, what happens next and who must do what.
 * Empty when all is well. `named` puts the application's name first, where a page is about several.
 */
export function TroubleBanner({ frame, product = frame.product, named = false }: { frame: Frame; product?: Product; named?: boolean }): JSX.Element {
  const { state, trouble, accessTokenExpiresAt: expires } = frame.grants[product];
  if (state !== 'authorized' || !trouble) return '';
  const { timeZone } = frame.member;
  const { heading, what, next } = troubleWords(trouble.kind, product, frame.operatorIsTold);
  return (
    <Banner tone="info" heading={named ? `${productName[product]}: ${heading}` : heading}>
      <p>
        <span safe>{what}</span> Since <Instant at={trouble.since} timeZone={timeZone} />.
        {expires ? (
          <>
            {' '}
            The present token <span safe>{expires > frame.now ? 'is good until' : 'ended at'}</span> <Instant at={expires} timeZone={timeZone} />.
          </>
        ) : (
          ''
        )}
      </p>
      <p safe>{next}</p>
    </Banner>
  );
}
