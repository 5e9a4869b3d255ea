/** Where the OpenAPI document is shown. */
export const DOCS_PATH = '/docs';
