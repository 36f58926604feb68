import { NotFound } from '@wayleave/platform/errors';
import { getCookie, setCookie } from '@wayleave/platform/http';
import { isLoopback } from '@wayleave/platform/loopback';
import { sameBytes, sha256, type Secret } from '@wayleave/platform/secret';
import { createSessionStore } from '@wayleave/platform/session';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext } from '../sandbox-context.js';

/** Who may see and use the pages of control: a browser on this machine in which the control token was typed. */
export interface ControlSessions {
  /** Throws NotFound for whoever is not on this machine: to them there is no such page. */
  requireNear(request: FastifyRequest): void;
  isOpen(request: FastifyRequest): Promise<boolean>;
  /** Opens the pages in this browser when the token is right. Throws TooManyRequests after twenty wrong ones in a quarter of an hour. */
  open(request: FastifyRequest, reply: FastifyReply, token: string): Promise<boolean>;
  close(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const cookie = 'control';
const idleMs = 3_600_000;
const absoluteMs = 12 * idleMs;
const guesses = { limit: 20, windowMs: 900_000 };

/** Sessions lie beside those of profiles, under a subject that is none, and end when the control token is another. */
export function createControlSessions(context: SandboxContext, controlToken: Secret): ControlSessions {
  const { database, throttle, config } = context;
  const tokenHash = sha256(controlToken.reveal());
  const subject = `control ${tokenHash.toString('hex').slice(0, 16)}`;
  // By the real time: who moves the stand-in's clock must not be logged out by it.
  const sessions = createSessionStore({ database, table: 'upscom.session', clock: { now: () => new Date() }, idleMs, absoluteMs });

  return {
    requireNear(request) {
      const peers = [request.ip, request.socket.remoteAddress ?? ''];
      // Behind a proxy on this machine everybody seems to be near; the public address then is https.
      if (config.publicUrl.protocol === 'https:' || !peers.every(isLoopback)) throw new NotFound();
    },
    async isOpen(request) {
      const token = getCookie(request, cookie);
      const session = token === undefined ? null : await sessions.find(token);
      return session?.subject === subject;
    },
    async open(request, reply, token) {
      const key = `control token from ${request.ip}`;
      await throttle.check(key, guesses);
      if (!sameBytes(sha256(token), tokenHash)) {
        await throttle.hit(key, guesses);
        return false;
      }
      setCookie(reply, cookie, await sessions.create(subject, 0));
      return true;
    },
    async close(request, reply) {
      const token = getCookie(request, cookie);
      if (token !== undefined) await sessions.end(token);
      setCookie(reply, cookie, '', { maxAgeSeconds: 0 });
    },
  };
}
