import { NotSignedIn, type Problem } from '@wayleave/platform/errors';
import type { Html } from '@wayleave/platform/html';
import { UpsRefusal } from '../ups-refusal.js';
import { Page } from './layout.js';

/** A page for everything that went wrong. It never redirects, and names nothing but what the problem says. */
export function renderProblemPage(problem: Problem, request: { readonly id: string }): Html {
  return (
    <Page title={problem.heading}>
      <h1 safe>{problem.heading}</h1>
      <p safe>{problem instanceof UpsRefusal ? `The application's request was refused: ${problem.message}.` : problem.message}</p>
      {problem instanceof UpsRefusal ? <p>Nothing was authorized. Go back to the application and start again; if it fails in the same way, its operator has to mend its request.</p> : ''}
      {problem.status >= 500 ? <p class="quiet" safe>{`Number ${request.id}`}</p> : ''}
      {problem instanceof NotSignedIn ? <p class="actions"><a class="button" href="/log-in">Log In</a></p> : ''}
    </Page>
  );
}
