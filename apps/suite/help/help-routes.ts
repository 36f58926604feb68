import { sendPage } from '@wayleave/platform/http';
import type { FastifyInstance } from 'fastify';

import { readFrame } from '../frame.js';
import type { SuiteContext } from '../suite.js';
import { products } from '../ui/product.js';

import { HelpPage } from './help-page.js';

/** *Help* of both products. */
export function registerHelpRoutes(app: FastifyInstance, context: SuiteContext): void {
  for (const product of products) {
    app.get(`/${product}/help`, async (request, reply) => sendPage(reply, HelpPage({ frame: await readFrame(context, request, product) })));
  }
}
