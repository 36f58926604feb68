/** Where the pages of webhooks begin. */
export const webhooksPath = '/company-manager/webhooks';
