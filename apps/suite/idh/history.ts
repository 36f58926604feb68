import type { CompanyId } from '@wayleave/vault';
import type { QueryExecutorProvider } from 'kysely';
import { countFollowed, listFollowed } from '../retrieval/followed-package-store.js';
import type { FollowedPackage } from '../retrieval/followed-package.js';
import { pageNumber } from '../retrieval/page-number.js';
import type { Page } from '../ui/index.js';

/** One page of a company's delivery history. */
export interface HistoryPart {
  readonly deliveries: readonly FollowedPackage[];
  readonly page: Page;
  /** The newest moment at which UPS answered; null when it never did. */
  readonly completeThrough: Date | null;
}

const deliveriesPerPage = 25;

/** Reads what is known of a company's deliveries: the latest state of the packages it follows. */
export async function readHistory(db: QueryExecutorProvider, company: CompanyId, wanted: unknown): Promise<HistoryPart> {
  const grant = { company, application: 'idh' } as const;
  const { total, lastAnswerAt } = await countFollowed(db, grant);
  const page = { total, pageSize: deliveriesPerPage, page: pageNumber(wanted, { total, pageSize: deliveriesPerPage }) };
  return { deliveries: await listFollowed(db, grant, page), page, completeThrough: lastAnswerAt };
}
