import type { GrantView } from '@wayleave/vault';

import type { Member } from '../sign-in/member.js';

import type { AccountExecutive } from './account-executive.js';
import type { Notice } from './banner.js';
import type { Product } from './product.js';

/** What every page after sign-in needs besides its own content. Made by `readFrame`, once per page. */
export interface Frame {
  product: Product;
  member: Member;
  csrf: string;
  grants: Readonly<Record<Product, GrantView>>;
  executive: AccountExecutive;
  /** What the action that led here has to say; shown once. */
  notice: Notice | null;
  /** When the page was made. */
  now: Date;
  /** Whether whoever runs this server is told of troubles by mail. */
  operatorIsTold: boolean;
  trademarkNotice: string;
}
