/** Equal to package.json's version (a test compares them). */
export const toolVersion = '0.1.0';

/** Changes whenever a rule could judge the same observations differently. */
export const rulesVersion = '1';
