import { Icon } from './icon.js';
import type { Product } from './product.js';

/** The product's sign: a key for data and permission, a route for deliveries. Hidden from readers; the name stands beside it. */
export function Mark({ product }: { product: Product }): JSX.Element {
  return (
    <span class="mark" aria-hidden="true">
      <Icon name={product === 'idm' ? 'key' : 'route'} />
    </span>
  );
}
