export { findCompanies } from './company/company-store.js';
export { addCompany, addMember, changeRole, removeMember, type AddedMember, type CompanyContext } from './company/members.js';
export { readKeyConfig, readSuiteConfig, type SuiteConfig } from './config/config.js';
export { findMemberBySignInName, storePassword } from './sign-in/member-store.js';
export { parseRole, type Role } from './sign-in/member.js';
export { setPassword } from './sign-in/password.js';
export { csrfKey, openSuite, suiteMigrations, type SuiteContext, type SuiteDeps } from './suite.js';
export { createWeb } from './web.js';
export { createWorker, type Worker } from './worker.js';
