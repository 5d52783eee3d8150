// A proxy over HTTP before the server at argv[2], with a tool that is limited to argv[3] calls a day. Tells its parent where
// it listens and, when asked, how much memory it holds.
import process from 'node:process';
import { startProxy } from '../../dist/proxy/index.js';

const [, , url, most] = process.argv;
const rateLimit = { maxPerDay: Number(most), by: ['tool'] };
const proxy = await startProxy({
  inbound: { kind: 'http', host: '127.0.0.1', port: 0 },
  upstreams: [{ target: { kind: 'http', url }, governance: { toolConfigs: { limited: { rateLimit } } } }],
});
process.on('message', () => {
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  process.send({ heapUsed, rss });
});
process.on('disconnect', () => void proxy.close().then(() => process.exit()));
process.send({ url: proxy.url });
