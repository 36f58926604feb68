import type { FastifyInstance } from 'fastify';
import { registerMailbox } from './mail/mailbox-routes.js';
import { createPeople, type People } from './people.js';
import { registerProfile } from './profile/profile-routes.js';
import { registerRecovery } from './profile/recovery-routes.js';
import { registerSignUp } from './profile/sign-up-routes.js';
import type { SandboxContext } from './sandbox-context.js';
import { registerSignIn } from './sign-in/sign-in-routes.js';

/** Registers every page that people see, and gives what their rules work with. */
export function registerPages(app: FastifyInstance, context: SandboxContext): { people: People } {
  const people = createPeople(context);
  registerSignIn(app, people);
  registerSignUp(app, people);
  registerRecovery(app, people);
  registerProfile(app, people);
  registerMailbox(app, people);
  return { people };
}
