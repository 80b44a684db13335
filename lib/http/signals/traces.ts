/**
 * Traces for an OpenTelemetry collector, over OTLP/HTTP. Only here is the library known, and only with a collector to send
 * to is this file loaded. Nothing in a span is the client's own text: routes are named by their pattern, and no address
 * stands in any.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TraceSettings } from '../../settings.ts';
import type { RequestFacts } from './request-facts.ts';
import { methodName } from './request-log.ts';

export interface TraceOptions extends TraceSettings {
  readonly version: string;
  /** Told what keeps spans from reaching the collector. */
  readonly onError: (message: string) => void;
}

/** The span of one request. */
export interface RequestSpan {
  /** Runs the request: what it starts has this span as its parent. */
  run<T>(act: () => T): T;
  end(route: string, status: number, facts: RequestFacts): void;
}

/** Milliseconds for sending a batch, attempts to send it again included: nobody waits longer at the end. */
const SEND_TIMEOUT_MS = 3000;

const PROPAGATOR = new W3CTraceContextPropagator();
const HEADERS = {
  get: (headers: Headers, name: string) => headers.get(name) ?? undefined,
  keys: (headers: Headers) => [...headers.keys()],
};

export class Traces {
  readonly #provider: TracerProvider;
  readonly #tracer;
  readonly #onError: TraceOptions['onError'];
  readonly #contexts = new AsyncLocalStorage<Context>();

  constructor({ url, share, serviceName, version, onError }: TraceOptions) {
    this.#onError = onError;
    diag.setLogger(
      { error: onError, warn: onError, info: ignore, debug: ignore, verbose: ignore },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url, timeoutMillis: SEND_TIMEOUT_MS }) }),
      ],
    });
    this.#tracer = this.#provider.getTracer('prefixwise', version);
  }

  /** Begins the span of a request, inside the trace that its `traceparent` names (W3C Trace Context), if it has one. */
  begin({ method, headers }: Request): RequestSpan {
    const name = methodName(method);
    const parent = PROPAGATOR.extract(ROOT_CONTEXT, headers, HEADERS);
    const options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': name } };
    const span = this.#tracer.startSpan(name, options, parent);
    return {
      run: (act) => this.#contexts.run(trace.setSpan(parent, span), act),
      end: (route, status, { answer, lookups }) => {
        span.updateName(`${name} ${route}`);
        span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        if (answer !== null) span.setAttributes(attributesOf(answer, lookups));
        span.end();
      },
    };
  }

  /** Does a part of the request under way, in a span of its own. */
  during<T>(name: string, act: () => T): T {
    const span = this.#tracer.startSpan(name, {}, this.#contexts.getStore() ?? ROOT_CONTEXT);
    try {
      const done = act();
      if (!(done instanceof Promise)) {
        span.end();
        return done;
      }
      done.then(
        () => span.end(),
        () => span.setStatus({ code: SpanStatusCode.ERROR }).end(),
      );
      return done;
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR }).end();
      throw error;
    }
  }

  /** Sends what waits, and stops. A collector out of reach keeps nobody from ending. */
  async close(): Promise<void> {
    try {
      await this.#provider.shutdown();
    } catch (error) {
      this.#onError(String(error));
    }
  }
}

function attributesOf({ network, policy, degraded }: NonNullable<RequestFacts['answer']>, lookups: number) {
  if (lookups > 1) return { 'prefixwise.lookups': lookups };
  return {
    'prefixwise.kind': network.kind,
    'prefixwise.class': policy.class,
    'prefixwise.action': policy.action,
    'prefixwise.degraded': degraded,
  };
}

function ignore(): void {
  // Below a warning the library talks about itself.
}
