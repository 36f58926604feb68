import { sendPage } from '@wayleave/platform/http';
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { readFrame } from '../frame.js';
import { pageNumber } from '../retrieval/page-number.js';
import { requireAdmin } from '../sign-in/signed-in.js';
import type { SuiteContext } from '../suite.js';
import { parseProduct } from '../ui/product.js';
import { auditFilePath, AuditPage, auditPath } from './audit-page.js';

const pageSize = 25;

interface Asked {
  Querystring: { page?: unknown; application?: unknown; from?: unknown };
}

/** The company's audit, as a page and as a file; for admins. */
export function registerAuditRoutes(app: FastifyInstance, context: SuiteContext): void {
  const { vault } = context;
  app.get<Asked>(auditPath, async (request, reply) => {
    const { companyId } = requireAdmin(request);
    const { query } = request;
    const frame = await readFrame(context, request, productIn(query.from) ?? 'idh');
    const application = productIn(query.application);
    const read = (page: number) => vault.auditPage(companyId, { page, pageSize, application });
    const wanted = pageNumber(query.page, { total: Number.MAX_SAFE_INTEGER, pageSize });
    let { rows, total } = await read(wanted);
    const page = pageNumber(query.page, { total, pageSize });
    if (page !== wanted) ({ rows, total } = await read(page));
    return sendPage(reply, AuditPage({ frame, entries: rows, page: { page, pageSize, total }, application: application ?? null }));
  });

  app.get(auditFilePath, async (request, reply) => {
    const { companyId } = requireAdmin(request);
    return reply.header('content-disposition', 'attachment; filename="audit.jsonl"').header('cache-control', 'no-store')
      .type('application/x-ndjson; charset=utf-8').send(Readable.from(vault.exportAudit(companyId)));
  });
}

function productIn(value: unknown) {
  return typeof value === 'string' ? parseProduct(value) : undefined;
}
