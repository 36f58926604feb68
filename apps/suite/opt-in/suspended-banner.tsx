import { Banner, Instant, productName, type Frame, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';

/**
 * Says that a grant is suspended because the database was restored or moved, who has to confirm it, and what works
 * meanwhile. Empty otherwise. `named` as for the banner of a trouble.
 */
export function SuspendedBanner({ frame, product = frame.product, named = false }: { frame: Frame; product?: Product; named?: boolean }): JSX.Element {
  const { state, suspendedAt } = frame.grants[product];
  if (state !== 'suspended') return '';
  const { noun, begin } = applicationWords[product];
  const heading = 'Paused until it is confirmed';
  return (
    <Banner tone="warn" heading={named ? `${productName[product]}: ${heading}` : heading}>
      <p>
        The database of this server was restored or moved
        {suspendedAt ? (
          <>
            , which was noticed at <Instant at={suspendedAt} timeZone={frame.member.timeZone} />
          </>
        ) : (
          ''
        )}
        . It may not know what was done last, so nothing is retrieved.
      </p>
      <p safe>
        {`Whoever runs this server has to confirm that the ${noun} still holds${frame.operatorIsTold ? ', and is told by mail' : ''}. You can Clear it meanwhile, and ${begin} makes a new one at once.`}
      </p>
    </Banner>
  );
}
