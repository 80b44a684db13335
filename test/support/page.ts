/** Reading pages in tests, without a browser. */
import { createHash } from 'node:crypto';

export interface ReadPage {
  readonly status: number;
  readonly html: string;
  /** What a reader sees, tags taken out and space made even. */
  readonly text: string;
  readonly headers: Headers;
}

export async function readPage(response: Response | Promise<Response>): Promise<ReadPage> {
  const answer = await response;
  const html = await answer.text();
  if (answer.headers.get('content-type') !== 'text/html; charset=utf-8')
    throw new Error(`no page: ${html.slice(0, 200)}`);
  return { status: answer.status, html, text: textOf(html), headers: answer.headers };
}

/** Digests of the inline style and script, as a content security policy names them. */
export function inlineHashes(html: string): string[] {
  const inline = [...html.matchAll(/<(style|script)>([\s\S]*?)<\/\1>/g)];
  return inline.map(
    ([, tag, text = '']) => `${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`,
  );
}

function textOf(html: string): string {
  return html
    .replace(/<(style|script|title)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replace(/[\s\u00a0]+/g, ' ');
}
