import { csrfToken } from '@wayleave/platform/http';
import type { GrantView } from '@wayleave/vault';
import type { FastifyRequest } from 'fastify';

import { readAccountExecutive } from './company/account-executive-store.js';
import { requireSignedIn } from './sign-in/signed-in.js';
import type { SuiteContext } from './suite.js';
import type { Notice } from './ui/banner.js';
import type { Frame } from './ui/frame.js';
import { parseNotice } from './ui/notice-flash.js';
import type { Product } from './ui/product.js';

/** Reads what the page around the content needs; takes the waiting notice unless told to keep it. Throws NotSignedIn. */
export async function readFrame(
  context: SuiteContext, request: FastifyRequest, product: Product, { keepNotice = false }: { keepNotice?: boolean } = {},
): Promise<Frame> {
  const { member, token } = requireSignedIn(request, product);
  const [grants, executive, flash] = await Promise.all([
    context.vault.grants(member.companyId),
    readAccountExecutive(context.db, member.companyId),
    keepNotice ? null : context.sessions.takeFlash(token),
  ]);
  return {
    product,
    member,
    csrf: csrfToken(request),
    grants: { idm: grantOf(grants, 'idm'), idh: grantOf(grants, 'idh') },
    executive,
    notice: parseNotice(flash),
    now: context.clock.now(),
    operatorIsTold: context.config.operatorMail !== undefined,
    trademarkNotice: context.config.trademarkNotice,
  };
}

/** Keeps a notice for the next page of this session. */
export async function setNotice(context: SuiteContext, request: FastifyRequest, notice: Notice): Promise<void> {
  await context.sessions.setFlash(requireSignedIn(request).token, notice);
}

function grantOf(grants: readonly GrantView[], application: Product): GrantView {
  const grant = grants.find((candidate) => candidate.application === application);
  if (!grant) throw new Error(`the vault has no view of ${application}`);
  return grant;
}
