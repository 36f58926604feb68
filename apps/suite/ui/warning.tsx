import { Banner } from './banner.js';
import type { Product } from './product.js';

/** The standing warning that a changed UPS.com password ends every earlier opt-in, in the product's own words. */
export function PasswordWarning({ product }: { product: Product }): JSX.Element {
  return product === 'idm' ? (
    <Banner tone="warn">
      <p>
        <strong>Changing the UPS.com password ends every earlier authorization.</strong> It affects all applications that were
        authorized with that profile. After a change, an admin has to authorize again in each of them.
      </p>
    </Banner>
  ) : (
    <Banner tone="warn">
      <p>
        <strong>Changing the UPS.com password ends every earlier opt-in.</strong> It affects all applications that were authorized
        with that profile. After a change, an admin has to opt in again in each of them.
      </p>
    </Banner>
  );
}
