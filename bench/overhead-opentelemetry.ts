// Claim: with the OpenTelemetry SDK and a batch processor governance costs at most 1.60 of an ungoverned call.
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { callInMemory, everything } from './fixtures/in-memory.js';
import { compare, print } from './harness.js';

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.disable();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }));
// An exporter that keeps everything would measure the garbage collector.
setInterval(() => {
  exporter.reset();
}, 50).unref();

print(
  await compare(
    'Overhead in memory with the OpenTelemetry SDK (batch processor)',
    { base: await callInMemory(), control: await callInMemory(), governed: await callInMemory(everything()) },
    [{ variant: 'governed', atMost: 1.6 }],
  ),
);
process.exit();
