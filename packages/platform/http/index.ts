export { browserId, csrfToken } from './csrf.js';
export { field, fieldList } from './form.js';
export { sendPage, seeOther } from './page.js';
export type { ProblemAnswers } from './problem.js';
export { createServer, largestBody, type AnsweredRequest, type ServerOptions } from './server.js';
export { clearSessionCookie, getCookie, publicAddress, sessionCookie, setCookie, setSessionCookie } from './shell.js';
export type { UnreadableStatus } from './unreadable.js';
