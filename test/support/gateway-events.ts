/**
 * Events as Amazon API Gateway's HTTP API (payload 2.0) and Lambda function URLs send them.
 */
import type { ApiGatewayRequestContextV2 } from 'hono/aws-lambda';

/** The parts of the event that all requests have. */
export interface GatewayEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Record<string, string | undefined>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: ApiGatewayRequestContextV2;
}

export interface GatewayRequest {
  readonly method: string;
  /** As it stands in the URL. */
  readonly path: string;
  readonly query?: string;
  /** JSON, unless `type` says otherwise. */
  readonly body?: string;
  readonly type?: string;
  readonly key?: string;
}

const HOST = 'reputation.example';

export function httpApiEvent(request: GatewayRequest): GatewayEvent {
  return event(request, 'gateway');
}

export function functionUrlEvent(request: GatewayRequest): GatewayEvent {
  return event(request, 'url');
}

function event(
  { method, path, query = '', body, type = 'application/json', key }: GatewayRequest,
  kind: 'gateway' | 'url',
): GatewayEvent {
  const routeKey = '$default';
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: {
      host: HOST,
      'x-forwarded-for': '192.0.2.200',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(bytes === undefined ? {} : { 'content-type': type, 'content-length': String(bytes.length) }),
    },
    body: bytes === undefined ? null : bytes.toString(kind === 'url' ? 'base64' : 'utf8'),
    isBase64Encoded: kind === 'url' && bytes !== undefined,
    requestContext: {
      accountId: kind === 'gateway' ? '123456789012' : 'anonymous',
      apiId: 'api-id',
      authentication: null,
      authorizer: {},
      domainName: HOST,
      domainPrefix: 'reputation',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.200', userAgent: 'test' },
      requestId: 'id',
      routeKey,
      stage: '$default',
      time: '21/Nov/2026:12:00:00 +0000',
      timeEpoch: 1795262400000,
    },
  };
}
