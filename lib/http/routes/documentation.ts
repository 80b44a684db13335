/**
 * `GET /openapi.json`, and `GET /docs`: Swagger UI from our own process, with nothing from outside.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Context } from 'hono';
import { packageVersion } from '../../version.ts';
import type { AppDeps } from '../deps.ts';
import { openApiDocument } from '../openapi/document.ts';
import { fileResponse, jsonResponse, problemResponse } from '../respond.ts';

/** The document, made once, when it is first asked for: a lookup must not wait for it at start. */
export function openapi({ publicUrl }: AppDeps) {
  let text: string | undefined;
  return (): Response => {
    text ??= JSON.stringify(openApiDocument(packageVersion(), publicUrl));
    return jsonResponse(text, 'public, max-age=300');
  };
}

/** Nothing but our own files; Swagger UI sets style attributes and draws its icons from data: URLs. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prefixwise API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** `validatorUrl: null` keeps Swagger UI from sending the document's address to its maker's validator. */
const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null
});
`;

export function docs() {
  return (): Response => fileResponse(PAGE, 'text/html; charset=utf-8', DOCS_POLICY, 'no-cache');
}

/** The files the page needs, by name, with their types; no other name is ever looked up. */
const ASSET_TYPES: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

export function docsFile() {
  return async (c: Context): Promise<Response> => {
    const name = c.req.param('file') ?? '';
    if (name === 'start.js')
      return fileResponse(START, 'text/javascript; charset=utf-8', DOCS_POLICY, 'no-cache');
    const type = ASSET_TYPES.get(name);
    if (type === undefined)
      return problemResponse({ kind: 'not-found', detail: 'file: there is no such file' });
    const path = createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`);
    return fileResponse(await readFile(path), type, DOCS_POLICY, 'public, max-age=3600');
  };
}
